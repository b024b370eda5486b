import { describe, expect, it } from 'vitest';
import { isWithin } from '#shared/diagnosis/cidr.ts';
import { type Flow, type FlowPod, judgeFlow, type PolicyWorld } from '#shared/diagnosis/network-policy.ts';
import { allowBeside, missingRule } from '#shared/diagnosis/policy-rule.ts';
import type { NetworkPolicy } from '#shared/domain/surroundings.ts';

const app: FlowPod = { namespace: 'shop', name: 'app-1', labels: { app: 'app' }, ips: ['10.0.1.5'] };
const collector: FlowPod = {
  namespace: 'shop',
  name: 'collector-1',
  labels: { app: 'collector', tier: 'telemetry' },
  ips: ['10.0.2.7'],
  ports: [
    { name: 'otlp-grpc', containerPort: 4317 },
    { name: 'otlp-http', containerPort: 4318, protocol: 'TCP' },
  ],
};
const elsewhere: FlowPod = { ...collector, namespace: 'monitoring' };

const policy = (spec: NetworkPolicy['spec'], namespace = 'shop', name = 'policy'): NetworkPolicy => ({
  metadata: { name, namespace },
  spec,
});
const egress = (rules: NetworkPolicy['spec']['egress']) =>
  policy({ podSelector: {}, policyTypes: ['Egress'], ...(rules && { egress: rules }) });

const LABELS: Record<string, Record<string, string>> = {
  shop: { team: 'shop' },
  monitoring: { purpose: 'telemetry' },
};
const worldOf = (policies: NetworkPolicy[], rest: Partial<PolicyWorld> = {}): PolicyWorld => ({
  policies,
  namespaceLabels: (name) => LABELS[name],
  ...rest,
});
const flow = (to: Flow['to'] = collector, port = 4317, protocol?: string): Flow => ({
  from: app,
  to,
  port,
  ...(protocol && { protocol }),
});
const verdict = (policies: NetworkPolicy[], asked = flow()) => judgeFlow(asked, worldOf(policies)).verdict;

const toCollector = { podSelector: { matchLabels: { app: 'collector' } } };

describe('which pods a policy isolates', () => {
  it('none, without policies', () => {
    expect(verdict([])).toBe('allowed');
  });

  it.each([
    ['all of its namespace by an empty podSelector', { podSelector: {} }],
    ['all of its namespace by empty matchLabels', { podSelector: { matchLabels: {} } }],
    ['all of its namespace where it has no selector', {}],
    ['those with its labels', { podSelector: { matchLabels: { app: 'app' } } }],
    ['those that an expression finds', { podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }],
    [
      'those without a label',
      { podSelector: { matchExpressions: [{ key: 'public', operator: 'NotIn', values: ['yes'] }] } },
    ],
    [
      'those that do not have a key',
      { podSelector: { matchExpressions: [{ key: 'public', operator: 'DoesNotExist' }] } },
    ],
  ])('%s', (_, spec) => {
    expect(verdict([policy({ ...spec, policyTypes: ['Egress'] })])).toBe('denied');
  });

  it.each([
    ['other labels', { podSelector: { matchLabels: { app: 'other' } } }],
    ['one label of two', { podSelector: { matchLabels: { app: 'app', tier: 'web' } } }],
    [
      'an expression that excludes the pod',
      {
        podSelector: {
          matchLabels: { app: 'app' },
          matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['app'] }],
        },
      },
    ],
  ])('not a pod with %s', (_, spec) => {
    expect(verdict([policy({ ...spec, policyTypes: ['Egress'] })])).toBe('allowed');
  });

  it('none of another namespace, whatever their labels are', () => {
    expect(verdict([policy({ podSelector: {}, policyTypes: ['Egress', 'Ingress'] }, 'staging')])).toBe('allowed');
  });

  it('for ingress alone, that says nothing of egress', () => {
    const isolated = policy({ podSelector: { matchLabels: { app: 'app' } }, policyTypes: ['Ingress'] });
    expect(verdict([isolated])).toBe('allowed');
  });

  it('for ingress always and for egress by its rules, where policyTypes is left out', () => {
    const sender = { podSelector: { matchLabels: { app: 'app' } } };
    expect(verdict([policy({ ...sender, egress: [{ to: [{ podSelector: { matchLabels: { app: 'x' } } }] }] })])).toBe(
      'denied',
    );
    expect(verdict([policy({ ...sender, egress: [] })])).toBe('allowed');
    expect(verdict([policy({ podSelector: { matchLabels: { app: 'collector' } } })])).toBe('denied');
  });
});

describe('what a rule allows', () => {
  it('nothing, without rules; everything, when it is empty', () => {
    expect(verdict([egress([])])).toBe('denied');
    expect(verdict([egress(undefined)])).toBe('denied');
    expect(verdict([egress([{}])])).toBe('allowed');
  });

  it('the union of all rules of all policies, in any order', () => {
    const deny = egress([]);
    const allow = policy({
      podSelector: { matchLabels: { app: 'app' } },
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '192.168.0.0/16' } }] }, { to: [toCollector] }],
    });
    expect(verdict([deny, allow])).toBe('allowed');
    expect(verdict([allow, deny])).toBe('allowed');
  });

  it('all pods of its own namespace by an empty podSelector, and none of another', () => {
    const same = egress([{ to: [{ podSelector: {} }] }]);
    expect(verdict([same])).toBe('allowed');
    expect(verdict([same], flow(elsewhere))).toBe('denied');
  });

  it('pods with the same labels in another namespace only where that namespace is selected too', () => {
    expect(verdict([egress([{ to: [toCollector] }])], flow(elsewhere))).toBe('denied');
    const there = { namespaceSelector: { matchLabels: { purpose: 'telemetry' } }, ...toCollector };
    expect(verdict([egress([{ to: [there] }])], flow(elsewhere))).toBe('allowed');
    const named = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
    expect(verdict([egress([{ to: [named] }])], flow(elsewhere))).toBe('allowed');
  });

  it('both selectors of one peer together, those of two peers each by itself', () => {
    const namespaceSelector = { matchLabels: { purpose: 'telemetry' } };
    const podSelector = { matchLabels: { app: 'gateway' } };
    expect(verdict([egress([{ to: [{ namespaceSelector, podSelector }] }])], flow(elsewhere))).toBe('denied');
    expect(verdict([egress([{ to: [{ namespaceSelector }, { podSelector }] }])], flow(elsewhere))).toBe('allowed');
  });

  it('addresses of a block, less the exceptions', () => {
    const block = (cidr: string, ...except: string[]) => egress([{ to: [{ ipBlock: { cidr, except } }] }]);
    expect(verdict([block('10.0.0.0/8')])).toBe('allowed');
    expect(verdict([block('10.0.0.0/8', '10.0.2.0/24')])).toBe('denied');
    expect(verdict([block('10.0.0.0/8', '10.0.3.0/24')])).toBe('allowed');
    expect(verdict([block('0.0.0.0/0')], flow({ ip: '203.0.113.9' }, 443))).toBe('allowed');
    expect(verdict([block('203.0.113.0/28')], flow({ ip: '203.0.113.99' }, 443))).toBe('denied');
  });

  it('an address outside never by a selector', () => {
    expect(
      verdict([egress([{ to: [{ podSelector: {} }, { namespaceSelector: {} }] }])], flow({ ip: '203.0.113.9' })),
    ).toBe('denied');
    expect(verdict([egress([{ ports: [{ port: 443 }] }])], flow({ ip: '203.0.113.9' }, 443))).toBe('allowed');
  });

  it.each([
    ['all ports', [], 'allowed'],
    ['the port', [{ port: 4317 }], 'allowed'],
    ['another port', [{ port: 4318 }], 'denied'],
    ['the port under another protocol', [{ port: 4317, protocol: 'UDP' }], 'denied'],
    ['every port of the protocol', [{ protocol: 'TCP' }], 'allowed'],
    ['every port of another protocol', [{ protocol: 'UDP' }], 'denied'],
    ['a range that holds it', [{ port: 4000, endPort: 4317 }], 'allowed'],
    ['a range below it', [{ port: 4000, endPort: 4316 }], 'denied'],
    ['the name that the destination gives the port', [{ port: 'otlp-grpc' }], 'allowed'],
    ['the name of another of its ports', [{ port: 'otlp-http' }], 'denied'],
    ['a name that it does not have', [{ port: 'grpc' }], 'denied'],
    ['one of several', [{ port: 53, protocol: 'UDP' }, { port: 4317 }], 'allowed'],
  ] as const)('%s', (_, ports, expected) => {
    expect(verdict([egress([{ to: [toCollector], ports: [...ports] }])])).toBe(expected);
  });

  it('a named port to no address outside', () => {
    expect(verdict([egress([{ ports: [{ port: 'https' }] }])], flow({ ip: '203.0.113.9' }, 443))).toBe('denied');
  });
});

describe('both sides', () => {
  const closed = policy({ podSelector: { matchLabels: { app: 'collector' } }, policyTypes: ['Ingress'], ingress: [] });

  it('must allow: an open egress does not open the ingress', () => {
    expect(judgeFlow(flow(), worldOf([egress([{}]), closed]))).toMatchObject({
      verdict: 'denied',
      direction: 'ingress',
    });
  });

  it('hold where one policy opens the ingress and closes the egress', () => {
    const half = policy({ podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [{}], egress: [] });
    expect(judgeFlow(flow(), worldOf([half]))).toMatchObject({ verdict: 'denied', direction: 'egress' });
    expect(judgeFlow({ ...flow(), from: { ...app, namespace: 'other' } }, worldOf([half])).verdict).toBe('allowed');
  });

  it('let a client of the same namespace in, and one with its labels from another only by a namespaceSelector', () => {
    const open = policy({
      podSelector: { matchLabels: { app: 'collector' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'app' } } }], ports: [{ port: 'otlp-grpc' }] }],
    });
    expect(verdict([closed, open])).toBe('allowed');
    const stranger = { ...flow(), from: { ...app, namespace: 'staging', ips: ['10.0.9.9'] } };
    expect(judgeFlow(stranger, worldOf([closed, open]))).toMatchObject({ verdict: 'denied', direction: 'ingress' });
  });

  it('let a pod reach itself', () => {
    expect(verdict([egress([]), closed], { ...flow(), to: app })).toBe('allowed');
  });
});

describe('what cannot be told is not denied', () => {
  it('a source on the host network', () => {
    expect(verdict([egress([])], { ...flow(), from: { ...app, hostNetwork: true } })).toBe('unknown');
  });

  it('a destination on the host network by a selector; its own ingress is open', () => {
    const node = { ...collector, hostNetwork: true };
    expect(verdict([egress([{ to: [toCollector] }])], flow(node))).toBe('unknown');
    const closed = policy({ podSelector: { matchLabels: { app: 'collector' } }, ingress: [] });
    expect(verdict([closed], flow(node))).toBe('allowed');
  });

  it('policies of a namespace that was not read', () => {
    const world = worldOf([], { knowsPolicies: (name) => name === 'shop' });
    expect(judgeFlow(flow(elsewhere), world)).toMatchObject({ verdict: 'unknown', direction: 'ingress' });
  });

  it('labels of a namespace that was not read, apart from its name', () => {
    const unseen = { ...collector, namespace: 'unseen' };
    expect(verdict([egress([{ to: [{ namespaceSelector: { matchLabels: { a: 'b' } } }] }])], flow(unseen))).toBe(
      'unknown',
    );
    const other = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } };
    expect(verdict([egress([{ to: [other] }])], flow(unseen))).toBe('denied');
  });

  it('an address that nobody knows, against a block; but not against a port that no rule has', () => {
    const block = egress([{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 443 }] }]);
    expect(verdict([block], flow({}, 443))).toBe('unknown');
    expect(verdict([block], flow({}, 4317))).toBe('denied');
  });
});

describe('the way out', () => {
  it('names the isolating policies and the rule that comes nearest, with the part that does not fit', () => {
    const port = egress([
      { to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] },
      { to: [toCollector], ports: [{ port: 4318 }] },
    ]);
    const judged = judgeFlow(flow(), worldOf([policy({ policyTypes: ['Egress'] }, 'shop', 'default-deny'), port]));
    expect(judged.isolatedBy.map(({ metadata }) => metadata.name)).toEqual(['default-deny', 'policy']);
    expect(judged.nearest).toMatchObject({ policy: port, path: 'spec.egress[1]', failed: ['port'] });
    const peer = egress([
      { to: [{ podSelector: { matchLabels: { app: 'old-collector' } } }], ports: [{ port: 4317 }] },
    ]);
    expect(judgeFlow(flow(), worldOf([peer])).nearest).toMatchObject({ failed: ['peer'] });
    expect(judgeFlow(flow(), worldOf([egress([])])).nearest).toBeUndefined();
  });

  it('is a rule that does allow the connection', () => {
    for (const to of [collector, { ...elsewhere, labels: { ...elsewhere.labels, 'pod-template-hash': '7d4f9c' } }]) {
      for (const denied of [egress([]), policy({ podSelector: {}, policyTypes: ['Ingress'] }, to.namespace)]) {
        const { direction } = judgeFlow(flow(to), worldOf([denied]));
        if (!direction) throw new Error('not denied');
        const rule = missingRule(direction, flow(to));
        expect(JSON.stringify(rule)).not.toContain('pod-template-hash');
        const mended = { ...denied, spec: { ...denied.spec, [direction]: [rule] } };
        expect(verdict([denied], flow(to))).toBe('denied');
        expect(verdict([mended], flow(to))).toBe('allowed');
      }
    }
  });

  it('is a command that no name can break out of', () => {
    const rule = missingRule('egress', flow({ ...collector, labels: { app: "x'; reboot; '" } }));
    const command = allowBeside(egress([{}]), 'egress', [rule], app);
    expect(command).toContain('kubectl -n shop patch networkpolicy policy --type=json');
    expect(command).toContain('"path":"/spec/egress/-"');
    const beside = allowBeside(egress([]), 'egress', [rule], { ...app, labels: { app: "a'b" } });
    expect(beside).toMatch(/^echo '[^']*' \| kubectl apply -f -$/);
    expect(command.match(/'/g)).toHaveLength(2);
  });
});

describe('an address block', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['2001:db8::/32', '2001:db8:1:2:3:4:5:6', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fd00:ec2::/32', 'fd00:ec2::254', true],
    ['10.0.0.5/32', '10.0.0.5', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/33', '10.0.0.1', undefined],
    ['10.0.0/8', '10.0.0.1', undefined],
    ['10.0.0.0', '10.0.0.1', undefined],
    ['1::2::3/8', '1::2', undefined],
    ['10.0.0.0/8', 'otel.example.com', undefined],
  ] as const)('%s and %s: %s', (cidr, address, expected) => {
    expect(isWithin(cidr, address)).toBe(expected);
  });
});
