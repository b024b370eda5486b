import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '#infra/local/sandbox/sandbox.ts';

const PODS = '/api/v1/namespaces/otlp-system/pods';
const CONFIGMAPS = '/api/v1/namespaces/otlp-system/configmaps';
const DEPLOYMENT = '/apis/apps/v1/namespaces/otlp-system/deployments/otlp-app';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(sandbox.url + path, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json';
  return { status: response.status, body: isJson ? JSON.parse(text) : text };
}

const patch = (path: string, type: string, body: unknown) =>
  call(path, { method: 'PATCH', headers: { 'content-type': type }, body: JSON.stringify(body) });

/** Every error is a Status; only what tells one from the other is compared. */
const failure = (code: number, reason: string, message: string) => ({
  status: code,
  body: expect.objectContaining({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }),
});

describe('the API server says of what is not there', () => {
  it('which object is missing', async () => {
    expect(await call(`${PODS}/nope`)).toEqual(failure(404, 'NotFound', 'pods "nope" not found'));
    expect(await call(`${DEPLOYMENT}x`)).toMatchObject({
      status: 404,
      body: { message: 'deployments.apps "otlp-appx" not found', details: { group: 'apps', kind: 'deployments' } },
    });
  });

  it('that it does not know the kind, the group or the page', async () => {
    const unknown = failure(404, 'NotFound', 'the server could not find the requested resource');
    expect(await call('/api/v1/namespaces/otlp-system/nope')).toEqual(unknown);
    const page = { status: 404, body: '404 page not found\n' };
    expect(await call('/apis/foo.example/v1/bars')).toEqual(page);
    expect(await call('/nope')).toEqual(page);
  });

  it('nothing at all of kinds that merely have no object', async () => {
    const { status, body } = await call('/apis/networking.k8s.io/v1/networkpolicies');
    expect({ status, body }).toMatchObject({ status: 200, body: { kind: 'NetworkPolicyList', items: [] } });
  });
});

describe('lists', () => {
  it('come in pages that lead to each other and end', async () => {
    const whole = (await call(CONFIGMAPS)).body.items;
    const names: string[] = [];
    let next = '';
    do {
      const { body } = await call(`${CONFIGMAPS}?limit=1&continue=${next}`);
      names.push(...body.items.map((item: { metadata: { name: string } }) => item.metadata.name));
      next = body.metadata.continue ?? '';
    } while (next);
    expect(names).toEqual(whole.map((item: { metadata: { name: string } }) => item.metadata.name));
    expect(names.length).toBeGreaterThan(1);
  });

  it('refuse a token of a time that is compacted, and give one to go on with', async () => {
    const { body } = await call(`${CONFIGMAPS}?limit=1`);
    sandbox.cluster.edit('configmaps', 'otlp-app-config', ({ metadata }) => {
      metadata.annotations = { ...metadata.annotations, 'example.com/written': 'yes' };
    });
    sandbox.cluster.store.compact();
    const expired = await call(`${CONFIGMAPS}?limit=1&continue=${body.metadata.continue}`);
    expect(expired).toMatchObject({ status: 410, body: { reason: 'Expired', code: 410 } });
    const rest = await call(`${CONFIGMAPS}?limit=1&continue=${expired.body.metadata.continue}`);
    expect(rest.body.items[0].metadata.name).not.toBe(body.items[0].metadata.name);
  });

  it.each([
    [
      'continue=abc',
      "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
    ],
    ['limit=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['labelSelector=a%20b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['labelSelector=app%3D%3D%3Dx', "unable to parse requirement: found '=', expected: identifier"],
    ['fieldSelector=spec.foo%3Dx', 'field label not supported: spec.foo'],
    ['fieldSelector=abc', "invalid selector: 'abc'; can't understand 'abc'"],
  ])('refuse %s in the words of the real server', async (query, message) => {
    expect(await call(`${PODS}?${query}`)).toEqual(failure(400, 'BadRequest', message));
  });
});

describe('patches', () => {
  it.each([
    ['no content type', '', {}, 415, '415: Unsupported Media Type'],
    ['plain JSON', 'application/json', {}, 415, '415: Unsupported Media Type'],
    [
      'a stale version',
      MERGE,
      { metadata: { resourceVersion: '1' } },
      409,
      /the object has been modified; please apply/,
    ],
    [
      'another name',
      MERGE,
      { metadata: { name: 'zzz' } },
      400,
      /\(zzz\) does not match the name on the URL \(otlp-app\)/,
    ],
    ['another uid', MERGE, { metadata: { uid: '1' } }, 422, /metadata.uid: Invalid value: "1": field is immutable/],
    [
      'too few replicas',
      MERGE,
      { spec: { replicas: -1 } },
      422,
      /spec.replicas: Invalid value: -1: must be greater than/,
    ],
    [
      'words for a number',
      STRATEGIC,
      { spec: { replicas: 'x' } },
      422,
      /map\[spec:map\[replicas:x\]\]": unrecognized type: int32/,
    ],
    [
      'no containers',
      MERGE,
      { spec: { template: { spec: { containers: [] } } } },
      422,
      /spec.template.spec.containers: Required value/,
    ],
    [
      'labels that the selector misses',
      MERGE,
      { spec: { template: { metadata: { labels: { app: 'x' } } } } },
      422,
      /`selector` does not match template `labels`/,
    ],
    [
      'a container without its key',
      STRATEGIC,
      { spec: { template: { spec: { containers: [{ image: 'x' }] } } } },
      500,
      'map: map[image:x] does not contain declared merge key: name',
    ],
    [
      'a failing test',
      JSON_PATCH,
      [{ op: 'test', path: '/metadata/uid', value: 'x' }],
      422,
      'the server rejected our request due to an error in our request',
    ],
    [
      'a path that leads nowhere',
      JSON_PATCH,
      [{ op: 'replace', path: '/metadata/nope/x', value: 1 }],
      422,
      /the server rejected our request/,
    ],
    [
      'no list of operations',
      JSON_PATCH,
      {},
      400,
      /cannot unmarshal object into Go value of type \[\]handlers.jsonPatchOp/,
    ],
    ['a list for a map', MERGE, [], 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
  ])('with %s are refused, and change nothing', async (_, type, body, code, message) => {
    const before = (await call(DEPLOYMENT)).body;
    const { status, body: answer } = await patch(DEPLOYMENT, type, body);
    expect({ status, message: answer.message }).toEqual({
      status: code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect((await call(DEPLOYMENT)).body).toEqual(before);
  });

  it('of annotations move the generation, as for no other kind', async () => {
    const before = (await call(DEPLOYMENT)).body.metadata;
    const after = (await patch(DEPLOYMENT, MERGE, { metadata: { annotations: { note: 'x' } } })).body.metadata;
    expect(after.generation).toBe(before.generation + 1);
    expect(Number(after.resourceVersion)).toBeGreaterThan(Number(before.resourceVersion));
    expect(after.annotations).toEqual({ ...before.annotations, note: 'x' });
    const again = (await patch(DEPLOYMENT, MERGE, { metadata: { annotations: { note: 'x' } } })).body.metadata;
    expect(again.generation).toBe(after.generation);
  });

  it('that merge strategically keep what they do not name', async () => {
    const env = [
      { name: 'RUST_LOG', value: 'warn' },
      { name: 'OTEL_TRACES_SAMPLER_ARG', $patch: 'delete' },
    ];
    const body = { spec: { template: { spec: { containers: [{ name: 'otlp-app', env }] } } } };
    const { body: shown } = await patch(`${DEPLOYMENT}?dryRun=All`, STRATEGIC, body);
    const [container] = shown.spec.template.spec.containers;
    const value = (name: string) => container.env.find((one: { name: string }) => one.name === name)?.value;
    expect(container.image).toBe('registry.example.com/otlp-app:1.4.2');
    expect(value('RUST_LOG')).toBe('warn');
    expect(value('OTEL_SERVICE_NAME')).toBe('otlp-app');
    expect(value('OTEL_TRACES_SAMPLER_ARG')).toBeUndefined();
  });

  it('never reach the status through the object itself', async () => {
    const { body } = await patch(DEPLOYMENT, MERGE, { status: { readyReplicas: 77 } });
    expect(body.status.readyReplicas).toBe(2);
  });

  it('record who changed which field, without its value', async () => {
    await patch(`${CONFIGMAPS}/otlp-app-config?fieldManager=somebody`, MERGE, { data: { extra: 'a secret word' } });
    const { body } = await call(`${CONFIGMAPS}/otlp-app-config`, {
      headers: { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json' },
    });
    expect(body.kind).toBe('PartialObjectMetadata');
    const entry = body.metadata.managedFields.find(({ manager }: { manager: string }) => manager === 'somebody');
    expect(entry).toMatchObject({ operation: 'Update', fieldsV1: { 'f:data': { 'f:extra': {} } } });
    expect(JSON.stringify(body)).not.toContain('a secret word');
  });

  it('forget the owner of a field that is removed', async () => {
    const path = `${CONFIGMAPS}/otlp-app-config`;
    await patch(`${path}?fieldManager=first`, MERGE, { data: { passing: 'x', staying: 'y' } });
    const { body } = await patch(`${path}?fieldManager=second`, MERGE, { data: { passing: null } });
    expect(JSON.stringify(body.metadata.managedFields)).not.toContain('f:passing');
    expect(JSON.stringify(body.metadata.managedFields)).toContain('f:staying');
  });
});

describe('pods/log', () => {
  const log = async (query: string) => {
    const { metadata } = sandbox.cluster.podsOf('otlp-app')[0] ?? expect.fail('no pod');
    return { name: metadata.name, ...(await call(`${PODS}/${metadata.name}/log?${query}`)) };
  };

  it('starts with what the process said first', async () => {
    const { body } = await log('');
    expect(body.split('\n')[0]).toMatch(/^\d{4}-.*Z {2}INFO otlp_app::main: starting otlp-app version=1\.4\.2$/);
  });

  it('is cut by lines and bytes, and by age', async () => {
    expect((await log('limitBytes=10')).body).toHaveLength(10);
    expect((await log('tailLines=0')).body).toBe('');
    expect((await log('sinceSeconds=86400')).body).not.toContain('starting otlp-app');
  });

  it('refuses in the words of the server and of the kubelet', async () => {
    const { name, ...previous } = await log('previous=true');
    const noPrevious = `previous terminated container "otlp-app" in pod "${name}" not found`;
    expect(previous).toEqual(failure(400, 'BadRequest', noPrevious));
    expect((await log('container=nope')).body.message).toBe(`container nope is not valid for pod ${name}`);
    expect(await log('tailLines=-1')).toMatchObject({
      status: 422,
      body: {
        message: `PodLogOptions "${name}" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0`,
      },
    });
  });
});

it('tells kubectl which kinds there are', async () => {
  const { body } = await call('/apis/apps/v1');
  expect(body.resources).toContainEqual(
    expect.objectContaining({ name: 'deployments', kind: 'Deployment', namespaced: true, shortNames: ['deploy'] }),
  );
  expect((await call('/apis')).body.groups.map(({ name }: { name: string }) => name)).toContain('metrics.k8s.io');
});

it('is ready', async () => {
  expect(await call('/readyz')).toEqual({ status: 200, body: 'ok' });
});
