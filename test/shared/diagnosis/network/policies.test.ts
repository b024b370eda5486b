import { describe, expect, it } from 'vitest';
import type { NetworkPolicy } from '#shared/domain/surroundings.ts';
import { withCoreDns } from '#test/support/cluster-dns.ts';
import { codes, findingOf, judge, roots } from '#test/support/diagnosing.ts';
import { addLog, podsOf } from '#test/support/faults.ts';
import { ago, healthyNamespace, sandboxTarget, wholeNamespace } from '#test/support/namespace.ts';
import { addPolicy, CLOSED, DNS_RULE, egressOf, exporting, properAllows, toCollector } from '#test/support/policies.ts';

describe('a namespace with policies that is well', () => {
  it.each([sandboxTarget(), wholeNamespace()])('denies by default and allows what is needed', (target) => {
    expect(codes(properAllows(healthyNamespace()), target)).toEqual([]);
    expect(judge(properAllows(healthyNamespace()), target).verdict).toBe('healthy');
  });

  it('isolates the ingress of the application alone, or allows all', () => {
    expect(
      codes(addPolicy(healthyNamespace(), 'in', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] })),
    ).toEqual([]);
    const own = { podSelector: { matchLabels: { app: 'otlp-app' } } };
    expect(codes(addPolicy(healthyNamespace(), 'app', own))).toEqual([]);
  });

  it('has a neighbour namespace that denies everything to the same labels', () => {
    const snapshot = addPolicy(healthyNamespace(), 'default-deny', CLOSED, 'staging');
    snapshot.namespaces.push('staging');
    expect(codes(snapshot)).toEqual([]);
  });

  it('asks a DNS of its own: the rules for it stand for any address', () => {
    const snapshot = healthyNamespace();
    const dns = { to: [{ ipBlock: { cidr: '169.254.20.10/32' } }], ports: [{ protocol: 'UDP', port: 53 }] };
    addPolicy(snapshot, 'egress', egressOf('otlp-app', [toCollector(4317), dns]));
    expect(codes(snapshot)).toEqual([]);
  });
});

describe('an application that is kept from its Collector', () => {
  it('by its own egress: the policy is the root, and the command that mends it is at hand', () => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [DNS_RULE]));
    expect(judge(snapshot)).toMatchObject({ verdict: 'degraded', layer: 'network', action: { class: 'escalate' } });
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-collector']);
    const found = findingOf(snapshot, 'netpol-egress-denies-collector');
    expect(found).toMatchObject({
      severity: 'P2',
      confidence: 'likely',
      subject: { kind: 'NetworkPolicy', name: 'egress' },
      owner: { name: 'otlp-app' },
      firstSeen: new Date(ago(30)).toISOString(),
    });
    expect(found.remedy.commands[0]).toContain('"podSelector":{"matchLabels":{"app":"otel-collector"}}');
    expect(found.remedy.commands[0]).toContain('"port":4317');
  });

  it('by a default-deny: one root, whose commands open DNS, its egress and the ingress of the Collector', () => {
    const snapshot = addPolicy(healthyNamespace(), 'default-deny', CLOSED);
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-collector']);
    const found = findingOf(snapshot, 'netpol-egress-denies-collector');
    expect(findingOf(snapshot, 'netpol-egress-denies-dns').explainedBy).toBe(found.fingerprint);
    expect(found.cause).toContain('On the other side networkpolicy default-deny isolates the pod for ingress');
    expect(found.remedy.text).toMatch(
      /under spec\.egress, and the cluster DNS: .*and on the other side .*spec\.ingress/,
    );

    const applied = found.remedy.commands.flatMap(
      (command) => /^echo '(.*)' \| kubectl apply/.exec(command)?.[1] ?? [],
    );
    const policies = applied.map((text): NetworkPolicy => JSON.parse(text));
    expect(new Set(policies.map(({ metadata }) => metadata.name)).size).toBe(2);
    snapshot.objects.networkpolicies.push(...policies);
    expect(codes(snapshot)).toEqual([]);
  });

  it('by a rule for another port, which is named', () => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [DNS_RULE, toCollector(4318)]));
    expect(findingOf(snapshot, 'netpol-egress-denies-collector').cause).toContain(
      'spec.egress[1] comes nearest: its port',
    );
  });

  it('is why its log says that it cannot export', () => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [DNS_RULE]));
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      const line = (minutes: number) =>
        `${ago(minutes)} ERROR BatchSpanProcessor.ExportError error="deadline exceeded"`;
      addLog(snapshot, pod, [line(4), line(3), line(2)].join('\n'));
    }
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-collector']);
  });

  it('by the ingress of the Collector', () => {
    const snapshot = addPolicy(healthyNamespace(), 'collector', {
      podSelector: { matchLabels: { app: 'otel-collector' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'old-app' } } }] }],
    });
    expect(roots(snapshot)).toEqual(['netpol-ingress-denies-client']);
    expect(findingOf(snapshot, 'netpol-ingress-denies-client').remedy.commands[0]).toContain('"/spec/ingress/-"');
  });

  it('from another namespace by a podSelector that only means its own', () => {
    const snapshot = healthyNamespace();
    const { objects } = snapshot;
    const move = (list: { metadata: { name: string; namespace?: string } }[]) =>
      list
        .filter(({ metadata }) => metadata.name.startsWith('otel-collector'))
        .forEach(({ metadata }) => {
          metadata.namespace = 'monitoring';
        });
    for (const list of [
      objects.deployments,
      objects.replicasets,
      objects.pods,
      objects.services,
      objects.endpointslices,
      objects.configmaps,
    ])
      move(list);
    snapshot.namespaces.push('monitoring');
    objects.namespaces.push({ metadata: { name: 'monitoring' } });
    for (const { spec } of [...objects.deployments.map(({ spec }) => spec.template), ...objects.pods])
      for (const container of spec.containers)
        for (const variable of container.env ?? [])
          if (variable.name === 'OTEL_EXPORTER_OTLP_ENDPOINT')
            variable.value = 'http://otel-collector.monitoring.svc:4317';
    const target = sandboxTarget({ workloads: ['deployment/otlp-app'] });
    expect(roots(snapshot, wholeNamespace())).toEqual([]);
    addPolicy(
      snapshot,
      'collector',
      { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: 'otlp-app' } } }] }] },
      'monitoring',
    );
    expect(roots(snapshot, target)).toContain('netpol-ingress-denies-client');
    addPolicy(
      snapshot,
      'shop',
      {
        podSelector: {},
        ingress: [{ from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'otlp-system' } } }] }],
      },
      'monitoring',
    );
    expect(codes(snapshot, target)).not.toContain('netpol-ingress-denies-client');
  });

  it('cannot be told where policies could not be read, or of workloads at rest', () => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [DNS_RULE]));
    snapshot.coverage.notChecked.push({ check: 'networkpolicies', why: 'forbidden' });
    expect(codes(snapshot)).toEqual([]);
  });

  it('is not, on nodes where policies do not hold; that is worth a word', () => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', []));
    for (const node of snapshot.objects.nodes) node.metadata.labels = { 'eks.amazonaws.com/compute-type': 'fargate' };
    expect(codes(snapshot)).toEqual(['netpol-not-enforced']);
    expect(roots(snapshot)).toEqual([]);
  });
});

describe('policies on EKS, where the network plugin must be told to enforce them', () => {
  const denied = (args?: string[]) => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [DNS_RULE]));
    snapshot.cluster.version = 'v1.33.1-eks-595af52';
    if (args)
      snapshot.objects.daemonsets.push({
        metadata: { name: 'aws-node', namespace: 'kube-system' },
        spec: { template: { spec: { containers: [{ name: 'aws-node' }, { name: 'aws-eks-nodeagent', args }] } } },
      });
    return snapshot;
  };

  it('deny where it was told so', () => {
    expect(roots(denied(['--enable-ipv6=false', '--enable-network-policy=true']))).toEqual([
      'netpol-egress-denies-collector',
    ]);
  });

  it.each([[['--enable-network-policy=false']], [undefined]])('are a doubt otherwise: %o', (args) => {
    const snapshot = denied(args);
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    expect(findingOf(snapshot, 'netpol-egress-denies-collector')).toMatchObject({
      severity: 'P3',
      confidence: 'possible',
    });
    for (const pod of podsOf(snapshot, 'otlp-app')) {
      const line = (minutes: number) =>
        `${ago(minutes)} ERROR BatchSpanProcessor.ExportError error="deadline exceeded"`;
      addLog(snapshot, pod, [line(4), line(3), line(2)].join('\n'));
    }
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-collector']);
  });

  it.each([
    [egressOf('otlp-app', [DNS_RULE]), toCollector(4317)],
    [egressOf('otlp-app', [toCollector(4317)]), DNS_RULE],
  ])('are a doubt, too, where one misses the pods that it was to open the way for', (closed, missing) => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', closed);
    addPolicy(snapshot, 'meant', egressOf('otlp', [missing]));
    expect(findingOf(snapshot, 'netpol-selects-nothing')).toMatchObject({ severity: 'P2', confidence: 'likely' });
    snapshot.cluster.version = 'v1.33.1-eks-595af52';
    expect(findingOf(snapshot, 'netpol-selects-nothing')).toMatchObject({ severity: 'P3', confidence: 'possible' });
    expect(judge(snapshot)).toMatchObject({ verdict: 'healthy', rootCauses: [] });
  });
});

describe('pods that are kept from the cluster DNS', () => {
  it('have no rule for port 53', () => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [toCollector(4317)]));
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-dns']);
    expect(findingOf(snapshot, 'netpol-egress-denies-dns').remedy.commands[0]).toContain('k8s-app');
  });

  it.each([
    ['TCP alone', { ports: [{ port: 53 }] }],
    [
      'other pods of that namespace',
      { ...DNS_RULE, to: [{ ...DNS_RULE.to[0], podSelector: { matchLabels: { 'k8s-app': 'coredns' } } }] },
    ],
    [
      'a podSelector without the namespace',
      { ...DNS_RULE, to: [{ podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }] },
    ],
  ])('have a rule that allows %s', (_, rule) => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [toCollector(4317), rule]));
    expect(roots(snapshot)).toEqual(['netpol-egress-denies-dns']);
  });

  it.each([
    [
      'any port of the namespace',
      { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } } }] },
    ],
    ['any namespace', { to: [{ namespaceSelector: {} }], ports: [{ protocol: 'UDP', port: 53 }] }],
    [
      'a namespace by labels of its own',
      { to: [{ namespaceSelector: { matchLabels: { name: 'kube-system' } } }], ports: [{ protocol: 'UDP', port: 53 }] },
    ],
    ['the port to anybody', { ports: [{ protocol: 'UDP', port: 53 }] }],
    [
      'another label of the pods',
      {
        to: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'coredns' } } }],
        ports: [{ protocol: 'UDP', port: 53 }],
      },
    ],
    [
      'the DNS of OpenShift',
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } } }],
        ports: [{ protocol: 'UDP', port: 5353 }],
      },
    ],
  ])('are not, by a rule that allows %s', (_, rule) => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [toCollector(4317), rule]));
    expect(roots(snapshot)).toEqual([]);
  });

  describe('whose servers listen on another port than their Service', () => {
    const onPort = (port: number, targetPort: number | string, allowed: number) => {
      const rule = { ...DNS_RULE, ports: [{ protocol: 'UDP', port: allowed }] };
      const snapshot = withCoreDns(
        addPolicy(healthyNamespace(), 'egress', egressOf('otlp-app', [toCollector(4317), rule])),
        { lines: [] },
      );
      const [container] =
        snapshot.objects.pods.find(({ metadata }) => metadata.name.startsWith('coredns'))?.spec?.containers ?? [];
      if (container) container.ports = [{ name: 'dns', containerPort: port, protocol: 'UDP' }];
      snapshot.objects.services.push({
        kind: 'Service',
        metadata: { name: 'kube-dns', namespace: 'kube-system', uid: 'uid-kube-dns' },
        spec: {
          clusterIP: '10.100.0.10',
          selector: { 'k8s-app': 'kube-dns' },
          ports: [{ name: 'dns', port: 53, targetPort, protocol: 'UDP' }],
        },
      });
      return roots(snapshot);
    };

    it.each(['dns', 8053])('are kept from it by a rule for the port of the Service (targetPort %s)', (target) => {
      expect(onPort(8053, target, 53)).toEqual(['netpol-egress-denies-dns']);
      expect(onPort(8053, target, 8053)).toEqual([]);
    });

    it('are not where both are the same', () => {
      expect(onPort(53, 'dns', 53)).toEqual([]);
    });
  });

  it('do not need it where no name is configured', () => {
    const snapshot = addPolicy(healthyNamespace(), 'egress', egressOf('otel-collector', []));
    expect(roots(snapshot)).toEqual([]);
  });
});

describe('a Collector that is kept from its backend', () => {
  it('outside, when no rule has its port or any address', () => {
    expect(roots(exporting('otlp.vendor.example.com:4317', [{ ports: [{ port: 443 }] }]))).toEqual([
      'netpol-egress-denies-backend',
    ]);
    expect(roots(exporting('otlp.vendor.example.com:4317', []))).toEqual(['netpol-egress-denies-backend']);
    expect(roots(exporting('203.0.113.9:4317', [{ to: [{ ipBlock: { cidr: '198.51.100.0/24' } }] }]))).toEqual([
      'netpol-egress-denies-backend',
    ]);
  });

  it('not when a rule may mean it', () => {
    expect(roots(exporting('otlp.vendor.example.com:4317', [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }]))).toEqual(
      [],
    );
    expect(roots(exporting('https://otlp.vendor.example.com', [{ ports: [{ port: 443 }] }]))).toEqual([]);
  });
});

describe('policies that do nothing', () => {
  it('select no pod, or name a peer that is nobody: advice', () => {
    const snapshot = properAllows(healthyNamespace());
    addPolicy(snapshot, 'stale', {
      podSelector: { matchLabels: { app: 'gone' } },
      policyTypes: ['Ingress'],
      ingress: [{}],
    });
    addPolicy(snapshot, 'peer', {
      podSelector: { matchLabels: { app: 'otel-collector' } },
      ingress: [
        {
          from: [{ podSelector: { matchLabels: { app: 'gone' } } }, { namespaceSelector: { matchLabels: { a: 'b' } } }],
        },
      ],
    });
    expect(codes(snapshot, wholeNamespace())).toEqual(['netpol-peer-matches-nothing', 'netpol-selects-nothing']);
    expect(judge(snapshot, wholeNamespace())).toMatchObject({ verdict: 'healthy', rootCauses: [] });
    expect(codes(snapshot)).toEqual(['netpol-peer-matches-nothing']);
  });

  it('are not those that select everything, or a Job that runs now and then', () => {
    const snapshot = healthyNamespace();
    snapshot.objects.jobs.push({
      metadata: { name: 'nightly', namespace: 'otlp-system' },
      spec: { template: { metadata: { labels: { app: 'nightly' } }, spec: { containers: [] } } },
    });
    addPolicy(snapshot, 'nightly', { podSelector: { matchLabels: { app: 'nightly' } }, policyTypes: ['Ingress'] });
    addPolicy(snapshot, 'all', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] });
    expect(codes(snapshot, wholeNamespace())).toEqual([]);
  });

  it('change the port on EKS', () => {
    const snapshot = addPolicy(healthyNamespace(), 'in', { podSelector: {}, ingress: [{}] });
    const [service] = snapshot.objects.services;
    if (service) service.spec.ports = [{ port: 80, targetPort: 8080 }];
    expect(codes(snapshot)).toEqual([]);
    snapshot.cluster.version = 'v1.33.1-eks-595af52';
    expect(codes(snapshot)).toEqual(['netpol-eks-port-mismatch']);
    expect(roots(snapshot)).toEqual([]);
  });
});
