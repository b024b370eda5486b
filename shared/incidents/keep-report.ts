import type { Diagnosis } from '#shared/domain/diagnosis.ts';
import type { Store } from '#shared/ports/store.ts';

/** `reports/<target>/<yyyy>/<mm>/<dd>/<time>`, without an ending */
function stemOf(target: string, due: Date): string {
  const [day = '', time = ''] = due.toISOString().split('T');
  return `reports/${target}/${day.replaceAll('-', '/')}/${time.replaceAll(':', '')}`;
}

/** What a scheduled diagnosis has found, for a person to open: the page and its model. */
export async function keepReport(store: Pick<Store, 'put'>, diagnosis: Diagnosis, due: Date): Promise<void> {
  // Only a run that is kept needs the renderings.
  const [{ buildReport }, { renderHtml }, { renderJson }] = await Promise.all([
    import('#shared/report/build.ts'),
    import('#shared/report/html/render-html.ts'),
    import('#shared/report/json.ts'),
  ]);
  const report = buildReport({ diagnosis });
  const stem = stemOf(diagnosis.target, due);
  await Promise.all([store.put(`${stem}.json`, renderJson(report)), store.put(`${stem}.html`, renderHtml(report))]);
}

/** The answer of a function that looked for one thing, beside the reports of its target. */
export const keepAnswer = async (
  store: Pick<Store, 'put'>,
  answer: { target: string },
  { by, due }: { by: string; due: Date },
): Promise<string> => {
  const key = `${stemOf(answer.target, due)}-${by}.json`;
  await store.put(key, `${JSON.stringify(answer, null, 2)}\n`);
  return key;
};
