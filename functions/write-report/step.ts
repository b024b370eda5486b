import { addressedIncident } from '#shared/incidents/addressed.ts';
import { incidentPrefix } from '#shared/incidents/paths.ts';
import { appendTimeline, updateIncident } from '#shared/incidents/record.ts';
import { readFacts } from '#shared/incidents/report-facts.ts';
import type { Ports } from '#shared/ports/ports.ts';
import type { Step } from '#shared/ports/step.ts';
import { buildReport } from '#shared/report/build.ts';
import { renderHtml } from '#shared/report/html/render-html.ts';
import { renderJson } from '#shared/report/json.ts';
import { renderMarkdown } from '#shared/report/markdown.ts';
import type { Input, Output } from './input.ts';

type Needs = Pick<Ports, 'config' | 'store' | 'clock'>;

/** Writing again replaces the report: it is a view of what is stored, never a source. */
export const makeStep =
  ({ config, store, clock }: Needs): Step<Input, Output> =>
  async (event, { log }) => {
    const id = (await addressedIncident({ store, config }, event))?.id;
    if (!id) return { result: 'no-incident', headline: 'no incident is open for this target: nothing to report on' };

    const prefix = incidentPrefix(id);
    const reports = { json: `${prefix}/report.json`, html: `${prefix}/report.html`, markdown: `${prefix}/report.md` };
    const at = clock.now().toISOString();
    const facts = await readFacts(store, id, { at, outcome: event.outcome });
    const all = [...new Set([...facts.incident.reports, ...Object.values(reports)])];
    const report = buildReport({ ...facts, incident: { ...facts.incident, reports: all } });
    await Promise.all([
      store.put(reports.json, renderJson(report)),
      store.put(reports.html, renderHtml(report)),
      store.put(reports.markdown, renderMarkdown(report)),
    ]);

    if (all.length > facts.incident.reports.length) {
      await updateIncident(store, id, (now) => ({ ...now, reports: [...new Set([...now.reports, ...all])] }));
      const text = `report written: ${reports.html}`;
      await appendTimeline(store, id, { at, source: 'write-report', kind: 'report', actor: 'otlp-medic', text });
    }
    log.info('report written', { incidentId: id, report: reports.html });
    const { json, html, markdown } = reports;
    const locations = { json: store.locate(json), html: store.locate(html), markdown: store.locate(markdown) };
    return { result: 'written', incidentId: id, reports, locations, headline: report.headline };
  };
