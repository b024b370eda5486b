import type { Evidence } from '#shared/domain/finding.ts';
import { CONNECTS } from './policy-subjects.ts';

/** Whether what was seen of a symptom, and of what may be its cause, fits together. */
export type When = (symptom: Evidence[], cause: Evidence[]) => boolean;

/** Evidence that speaks of the way to the Collector. */
export const namesPipeline: When = (evidence) =>
  evidence.some(({ value }) => /otel|otlp|collector|\b431[78]\b/i.test(value));

/** Only where the symptom was seen: supposed in between, it would lead to any crash. */
export const asSeen: When = () => true;

/** The process answers and says that something is wrong, rather than hanging. */
export const answersUnwell: When = (evidence) => evidence.some(({ value }) => /statuscode: 5\d\d/.test(value));

/** So it answers, for all that is known: no event tells what the probe has met. */
export const mayAnswerUnwell: When = (symptom, cause) =>
  answersUnwell(symptom, cause) || !symptom.some(({ path }) => path.startsWith('event '));

/** The process answers, but too slowly. */
export const timesOut: When = (evidence) => evidence.some(({ value }) => /deadline exceeded|timed? ?out/i.test(value));

/** What the cause was seen by: the workload says itself that it suffers from it, in its log or by waiting for it. */
export const saidByIt: When = (_, cause) =>
  cause.some(({ path }) => path.startsWith('log of ') || /\binitContainers\b/.test(path));

/** The resolver got no answer. That there is no such name is an answer, and the DNS is well. */
export const unanswered: When = (symptom) =>
  symptom.some(({ value }) =>
    /SERVFAIL|EAI_AGAIN|server misbehaving|temporary failure in name resolution|try again|(?:lookup|dns|resolv)\b.{0,200}(?:i\/o timeout|timed? ?out)/i.test(
      value,
    ),
  );

/** The loop plugin of CoreDNS ends the process. */
export const endsItself: When = (_, cause) => cause.some(({ value }) => /plugin\/loop: Loop/.test(value));

/** A policy drops what it denies, so the connections of its pods run into their time-out; telemetry is sent beside. */
export const asIfCutOff: When = (symptom, cause) =>
  !namesPipeline(cause, []) && (timesOut(symptom, cause) || answersUnwell(symptom, cause));

/** Its requests are answered, by a refusal of its credentials. */
export const refusedFor: When = (symptom, cause) =>
  saidByIt(symptom, cause) &&
  symptom.some(({ value }) => /\b40[13]\b|unauthenticated|unauthori[sz]ed|permission ?denied|forbidden/i.test(value));

/** A process that ends over a part of its machine. */
export const namesDevice: When = (evidence) =>
  evidence.some(({ value }) => /\b(?:cuda|gpu|nvidia|nccl|input\/output error|i\/o error|device)\b/i.test(value));

export const namesDirectory: When = (evidence) =>
  evidence.some(({ value }) =>
    /directory must exist|no such file or directory|permission denied|read-only file/i.test(value),
  );

/** Somebody looked at a certificate, and did not take it. */
export const refusesCertificate: When = (symptom) =>
  symptom.some(({ value }) => /certificate|x509|CERT_|UnknownIssuer|NotValidForName/i.test(value));

/** A certificate that was good once: what serves it has not been told of the new one. */
export const ranOut: When = (symptom, cause) =>
  symptom.some(({ value }) => /expired|validity check failed/i.test(value)) &&
  cause.some(({ value }) => /expired|validity check failed/i.test(value));

/** It passes on what the other side said of a third one: a pooler of its database, a proxy of what is behind it. */
export const isRelayed: When = (symptom) =>
  symptom.some(({ value }) => /cached error|server login|upstream connect error|bad gateway|remote error/i.test(value));

/** A receiver tells that somebody speaks to it without TLS. */
export const saidByReceiver: When = (_, cause) => cause.some(({ value }) => /handshake/.test(value));

/** The autoscaler says itself that there is nothing to measure against. */
export const lacksRequests: When = (evidence) => evidence.some(({ value }) => /missing request for/.test(value));

/** An address that belongs to nobody any more, or to whom nobody has read. */
export const namesNobody: When = (evidence) => evidence.some(({ value }) => /\b\d{1,3}(?:\.\d{1,3}){3}\b/.test(value));

/** The policy would open the very way that is denied. */
export const sameWay: When = (symptom, cause) =>
  cause.some(
    ({ path, value }) =>
      path === CONNECTS && symptom.some((denied) => denied.path === CONNECTS && denied.value === value),
  );

/** Seen at what should serve, not at the Service in front of it: that nobody stands behind it is what the symptom says. */
export const behindService: When = (_, cause) => !cause.some(({ source }) => source.startsWith('Service/'));
