/**
 * The whole look: system fonts, no image, no web font. Contrast of text is at least 4.5 in both schemes. Print is
 * always light. Commands wrap instead of scrolling: a soft wrap is not copied.
 */
export const STYLE = `
:root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--text:#1a1f26;--muted:#555e69;--line:#d3d9e0;--soft:#eceff3;
--good:#17702f;--warn:#8a5a00;--bad:#b8111d;--unknown:#6236b0;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{--bg:#0e1217;--card:#171c23;--text:#e5eaf0;--muted:#a3adb9;--line:#343c47;--soft:#222932;
--good:#4cc063;--warn:#dfa53a;--bad:#ff8078;--unknown:#c09bff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
header,main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
.band{color:#fff;background:#555e69}
.band-good{background:#17702f}.band-warn{background:#8a5a00}.band-bad{background:#b8111d}.band-unknown{background:#6236b0}
.band header{padding-top:1.1rem;padding-bottom:1.3rem}
.eyebrow{margin:0;font-size:.875rem;display:flex;flex-wrap:wrap;gap:.25rem .9rem}
.eyebrow b{font-weight:600}
.drill{border:1px solid #fff;border-radius:3px;padding:0 .45rem;font-weight:700;letter-spacing:.06em}
h1{margin:.15rem 0 0;font-size:1.6rem;line-height:1.25;font-weight:600;text-wrap:pretty}
.word{margin:.7rem 0 0;font-size:.95rem}.word b{font-size:1.05rem;letter-spacing:.09em;text-transform:uppercase;margin-right:.6rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden;margin:1.25rem 0}
.facts div{padding:.6rem .9rem;box-shadow:1px 1px 0 var(--line)}
.facts dt{font-size:.8rem;color:var(--muted)}.facts dt::first-letter{text-transform:uppercase}
.facts dd{margin:0;font-weight:600}
.facts small{display:block;font-weight:400}
.pair{display:grid;gap:1.25rem}
@media (min-width:60rem){.pair{grid-template-columns:minmax(0,3fr) minmax(0,2fr);align-items:start}}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1.1rem 1.25rem 1.25rem;margin:0 0 1.25rem}
.pair section{margin:0}.pair{margin-bottom:1.25rem}
.now{border-top:4px solid var(--text)}
.root{border-top:4px solid var(--bad)}
h2{margin:0 0 .6rem;font-size:1.125rem;line-height:1.3}
h3{margin:1.1rem 0 .35rem;font-size:.95rem}
p{margin:.4rem 0}
.lead{font-size:1.05rem}
.muted,small,caption{color:var(--muted);font-size:.875rem}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.unknown{color:var(--unknown)}
code,pre,.mono{font-family:var(--mono);font-size:.85em}
pre{margin:.5rem 0;padding:.6rem .8rem;background:var(--soft);border:1px solid var(--line);border-radius:6px;white-space:pre-wrap;overflow-x:auto;-webkit-user-select:all;user-select:all;cursor:copy;font-size:.85rem;line-height:1.45}
.tag{display:inline-block;border:1px solid currentColor;border-radius:3px;padding:0 .35rem;font-size:.78rem;font-weight:600;line-height:1.4;white-space:nowrap}
table{width:100%;border-collapse:collapse;font-size:.93rem}
caption{text-align:left;padding-bottom:.3rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-top:1px solid var(--line)}
thead th{font-size:.8rem;font-weight:600;color:var(--muted);border-top:0;overflow-wrap:normal}
tbody th{font-weight:600;min-width:7rem}
td.value{white-space:pre-wrap}
.sla th,.sla td{overflow-wrap:normal;min-width:0}.sla th::first-letter{text-transform:uppercase}
.logs{margin:.5rem 0}.logs .count{text-align:right;width:5rem;font-variant-numeric:tabular-nums}.logs .times{white-space:nowrap;font-variant-numeric:tabular-nums}.spark{font-family:var(--mono);letter-spacing:-.02em;white-space:nowrap}.time-line{display:inline-flex;gap:.4rem;align-items:baseline}
.evidence{table-layout:fixed}.evidence th:first-child{width:55%}
ul,ol{margin:.4rem 0;padding-left:1.3rem}
li{margin:.2rem 0}
.events{list-style:none;padding:0;margin:.6rem 0 0}
.events li{display:grid;grid-template-columns:1.9rem 11.5rem minmax(0,1fr);gap:0 .6rem;padding:.45rem 0;border-top:1px solid var(--line);margin:0}
.events .n{color:var(--muted);text-align:right;font-variant-numeric:tabular-nums}
.events time{font-variant-numeric:tabular-nums}
.events small{display:block}
figure{margin:.2rem 0 0}
svg{display:block;max-width:100%;height:auto}
svg text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--text);font-size:13px}
svg .small{font-size:11.5px;fill:var(--muted)}
svg .box{fill:var(--card);stroke:var(--line);stroke-width:1.5}
svg .box.is-root{stroke:var(--bad);stroke-width:2.5}
svg .edge{fill:none;stroke:var(--muted);stroke-width:1.5}
svg .tip{fill:var(--muted)}
svg .kind{fill:var(--bad);font-weight:700;font-size:11.5px}
svg .track{stroke:var(--line);stroke-width:6;stroke-linecap:round}
svg .spent{stroke:var(--muted);stroke-width:6;stroke-linecap:round}
svg .pole{stroke:var(--muted);stroke-width:1;stroke-dasharray:2 3}
svg .dot{fill:var(--card);stroke:var(--text);stroke-width:1.5}
svg .dot-n{font-size:11px;font-weight:600}
svg .flag{font-size:12px}
svg .good{fill:var(--good)}svg .warn{fill:var(--warn)}svg .bad{fill:var(--bad)}
.narrow{display:none}
@media screen and (max-width:47rem){.wide{display:none}.narrow{display:block}
header,main,footer{padding-left:1rem;padding-right:1rem}h1{font-size:1.3rem}section{padding:.9rem 1rem 1rem}
.facts{grid-template-columns:1fr 1fr}.sla{font-size:.85rem}
.events li{grid-template-columns:1.6rem minmax(0,1fr)}.events li>:last-child{grid-column:2}
.stack thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.stack,.stack caption,.stack tbody{display:block}.stack tr{display:block;border-top:1px solid var(--line);padding:.45rem 0}
.stack th,.stack td{display:block;border:0;padding:.05rem 0}
.stack.logs th,.stack.logs td{display:inline;padding-right:.6rem}.stack.logs td:last-child{display:block}.spark{font-size:.6em;grid-column:1/3;grid-row:1}.time-line{display:grid;grid-template-columns:auto auto;width:max-content}.time-line .muted:last-child{text-align:right}}
footer{color:var(--muted);font-size:.85rem;padding-bottom:2rem}
@page{margin:14mm}
@media print{:root{color-scheme:light}body{background:#fff;font-size:10.5pt}.band{print-color-adjust:exact;-webkit-print-color-adjust:exact}
header,main,footer{max-width:none;padding-left:0;padding-right:0}.band header{padding:.8rem 1rem}
.pair{display:block}.pair section{margin-bottom:1rem}section{padding:.7rem .9rem}main>section{break-inside:avoid}
h2,h3,thead,caption{break-after:avoid}.wide{display:none}.narrow{display:block;width:62%}tr,li,pre,figure,.facts{break-inside:avoid}pre{white-space:pre-wrap}}
`;
