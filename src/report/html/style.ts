/** The style of every page. Colours are those of Okabe and Ito, with shapes beside them. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#fcfcfa;--card:#fff;--ink:#1d2328;--quiet:#5b656e;--line:#dfe3e6;--soft:#f2f4f3;--link:#00598c;--incumbent:#0072b2;--candidate:#c04f00;--candidateink:#a34200;--noise:#6f6f6f;--good:#00724f;--bad:#b53d00;--unsure:#8a6100;--goodbg:#e9f5f0;--badbg:#fdeee5;--unsurebg:#fbf3df;--s1:#0072b2;--s2:#c04f00;--s3:#00724f;--s4:#a3487a;--s5:#8a6100;--s6:#4d4d4d}
@media screen and (prefers-color-scheme:dark){:root{--bg:#14181b;--card:#1b2024;--ink:#e6e9eb;--quiet:#a3adb5;--line:#333b41;--soft:#20262a;--link:#7cc4f2;--incumbent:#56b4e9;--candidate:#e8a33d;--candidateink:#e8a33d;--noise:#a5a5a5;--good:#3fc79a;--bad:#ff9458;--unsure:#e5c04b;--goodbg:#13291f;--badbg:#33200f;--unsurebg:#2d260f;--s1:#56b4e9;--s2:#ff9458;--s3:#3fc79a;--s4:#e39cc4;--s5:#e5c04b;--s6:#c8c8c8}}
*{box-sizing:border-box}
html{font-size:clamp(15px,.3vw + 11.5px,21px);scroll-behavior:smooth;scroll-padding-top:1.5rem;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--bg);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:72rem;margin:0 auto;padding:1.5rem clamp(1rem,4vw,3rem) 5rem}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:from-font}
:focus-visible{outline:3px solid var(--incumbent);outline-offset:2px;border-radius:3px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:9}
nav{background:var(--bg);border-bottom:1px solid var(--line);overflow-x:auto}
nav ul{display:flex;gap:1.3rem;list-style:none;margin:0 auto;padding:.75rem clamp(1rem,4vw,3rem);max-width:72rem;white-space:nowrap;font-size:.87rem}
nav a{color:var(--quiet);text-decoration:none}nav a:hover{color:var(--link);text-decoration:underline}
@media (min-width:86rem){nav{position:fixed;left:0;top:0;bottom:0;width:13rem;border:0;border-right:1px solid var(--line)}nav ul{flex-direction:column;gap:.75rem;padding:2.8rem 1.6rem;white-space:normal}main{margin-left:max(13rem,calc(50vw - 33rem))}}
h1{font-size:clamp(2.1rem,4.5vw,3.3rem);line-height:1.05;letter-spacing:-.025em;margin:.3rem 0 .8rem;font-weight:680;text-transform:none}
h2{font-size:1.5rem;letter-spacing:-.012em;margin:0 0 1rem;font-weight:650;line-height:1.2}
h3{font-size:1.04rem;margin:2rem 0 .6rem;font-weight:650}
p{margin:.6rem 0;max-width:46rem}
p,li,dd,summary{overflow-wrap:anywhere}
.quiet{color:var(--quiet);font-weight:400}
code{font:.87em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--soft);padding:.1em .35em;border-radius:4px;overflow-wrap:anywhere}td code{overflow-wrap:break-word}
.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.id{overflow-wrap:anywhere}
.chapter{border-top:1px solid var(--line);margin-top:3rem;padding-top:2rem}
.eyebrow{font-size:.82rem;color:var(--quiet);margin:0;overflow-wrap:anywhere}
.verdict{padding:1.6rem clamp(1.1rem,3vw,2.2rem);border-radius:14px;background:var(--soft);margin-top:.5rem}
.verdict.good{background:var(--goodbg)}.verdict.bad{background:var(--badbg)}.verdict.unsure{background:var(--unsurebg)}
.verdict.good h1{color:var(--good)}.verdict.bad h1{color:var(--bad)}.verdict.unsure h1{color:var(--unsure)}
.verdict .quiet,.verdict .eyebrow{color:inherit;opacity:.82}
.symbol{display:inline-grid;place-items:center;width:1.15em;height:1.15em;border-radius:50%;border:.07em solid;font-size:.62em;vertical-align:.12em;margin-right:.15em}
.lead::first-letter{text-transform:uppercase}.lead{font-size:1.12rem;overflow-wrap:anywhere;max-width:52rem}
.sides{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.6rem 2rem;margin:1.2rem 0 0;font-size:.87rem}
.sides dt{font-weight:650}.sides dd{margin:0;overflow-wrap:anywhere}
.facts{list-style:none;margin:1.2rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,11.5rem),1fr));gap:.8rem}
.facts li{border:1px solid var(--line);background:var(--card);border-radius:10px;padding:.75rem 1rem}
.facts .value{display:block;font-size:1.12rem;white-space:nowrap;font-weight:620;font-variant-numeric:tabular-nums;letter-spacing:-.01em}
.facts .quiet{font-size:.82rem}
.next,.callout{border-left:3px solid var(--incumbent);padding:.35rem 0 .35rem 1rem;max-width:52rem}
.callout{border-color:var(--unsure);overflow-wrap:anywhere}
.state{font-weight:620;white-space:nowrap}.state.good{color:var(--good)}.state.bad{color:var(--bad)}.state.unsure{color:var(--unsure)}
.of.incumbent{color:var(--incumbent)}.of.candidate{color:var(--candidateink)}
ul.plain{padding-left:1.1rem;max-width:50rem}
figure{margin:1.1rem 0 1.6rem;min-width:0}
figcaption{margin-bottom:.6rem;font-size:.92rem}figcaption strong{font-weight:620}figcaption:has(strong:empty){display:none}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:0 2.5rem}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;padding:0;margin:.4rem 0;font-size:.87rem;color:var(--quiet)}
.legend li{display:flex;align-items:center;gap:.35rem}
svg{display:block;overflow:visible}svg svg{display:inline}
.plot{background:none}
.plotbox{padding:0 .8rem}
.grid{stroke:var(--line);stroke-width:1}.tick{stroke:var(--quiet)}
.label.count,.label.over{paint-order:stroke;stroke:var(--bg);stroke-width:4px}
.label,.axis .title{font-size:.74rem;fill:var(--quiet)}
.ref{stroke:var(--quiet);stroke-width:1.2}.ref.margin{stroke-dasharray:4 3;stroke:var(--ink)}
.mark path{stroke:var(--bg);stroke-width:1}
.interval{stroke-width:3;stroke-linecap:round;opacity:.55}
.arrow path{fill:none;stroke-width:2}
.mark.incumbent,.bar.incumbent{fill:var(--incumbent)}.mark.candidate,.bar.candidate{fill:var(--candidate)}.mark.noise,.bar.noise{fill:var(--noise)}
.mark.good{fill:var(--good)}.mark.bad{fill:var(--bad)}.mark.unsure{fill:var(--unsure)}
.interval.incumbent,.curve.incumbent{stroke:var(--incumbent)}.interval.candidate,.curve.candidate{stroke:var(--candidate)}
.interval.good,.arrow.good path{stroke:var(--good)}.interval.bad,.arrow.bad path{stroke:var(--bad)}.interval.unsure,.arrow.unsure path{stroke:var(--unsure)}.arrow.incumbent path{stroke:var(--incumbent)}.arrow.candidate path{stroke:var(--candidate)}
.bar{opacity:.62}.intervals .bar{opacity:.3}
.curve{fill:none;stroke-width:2;vector-effect:non-scaling-stroke}.curve.candidate{stroke-dasharray:7 3}.curve.whole{stroke-dasharray:none}.curve.dashed{stroke-dasharray:2 4;opacity:.75}.curve.noise{stroke:var(--noise)}
.series-1{--series:var(--s1)}.series-2{--series:var(--s2)}.series-3{--series:var(--s3)}.series-4{--series:var(--s4)}.series-5{--series:var(--s5)}.series-6{--series:var(--s6)}
.mark[class*=series-]{fill:var(--series)}.curve[class*=series-],.interval[class*=series-],.arrow[class*=series-] path{stroke:var(--series)}.of[class*=series-]{color:var(--series)}
.shade{fill:var(--noise);opacity:.2}.swatch{display:inline-block;width:1.1em;height:.8em;background:var(--noise);opacity:.35;margin-right:.45em}.shadekey{font-size:.87rem;margin:.2rem 0}.axistitle{font-size:.8rem}
.bar.good{fill:var(--good)}.bar.bad{fill:var(--bad)}.bar.unsure{fill:var(--unsure)}.bar.neutral{fill:var(--noise)}.parts .bar{opacity:.7}
.links ul{list-style:none;padding:0;margin:.2rem 0 1rem}.links li{display:grid;grid-template-columns:minmax(0,1fr) minmax(6rem,.8fr) minmax(0,1fr);gap:.2rem 1rem;align-items:center;padding:.25rem 0;border-bottom:1px solid var(--line)}.links h4{margin:.8rem 0 .2rem;font-size:.92rem}.links .by{font-size:.8rem;text-align:center}.links .by line{stroke:var(--quiet);stroke-width:1.5}.links .by line.open{stroke-dasharray:3 4}.links .by path{fill:var(--quiet)}.links .end:first-child{text-align:right}.links .by .state{white-space:normal}
.intervals .row{display:grid;grid-template-columns:minmax(7rem,12rem) minmax(8rem,1fr) minmax(9rem,19rem);gap:0 1.4rem;align-items:center;padding:.2rem 0}
.intervals .row:not(.foot){border-bottom:1px solid var(--line)}
.pair .intervals .row{grid-template-columns:minmax(5.5rem,8rem) 1fr 4rem;gap:0 1rem}
.intervals .name{font-size:.89rem;overflow-wrap:anywhere;line-height:1.3}.intervals .name a{color:inherit;text-decoration-color:var(--line)}
.intervals .note{font-size:.82rem;line-height:1.35}.note .of{display:block}
.why{display:block;color:var(--quiet);overflow-wrap:anywhere}
.told{list-style:none;padding:0}.told li{padding:.45rem 0 .45rem 1rem;border-left:3px solid var(--line);margin:.5rem 0;overflow-wrap:anywhere}
.told li span{color:var(--quiet);font-size:.89rem}.told .bad{border-color:var(--bad)}.told .good{border-color:var(--good)}.told .unsure{border-color:var(--unsure)}.told a{color:inherit}.told strong{margin-right:.3rem}
.scroll{overflow-x:auto;max-width:100%;border:1px solid var(--line);border-radius:8px;margin:.6rem 0}
table{border-collapse:collapse;font-size:.84rem;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:.38rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
tbody tr:last-child td{border-bottom:0}th{font-weight:600;color:var(--quiet);white-space:nowrap;background:var(--soft)}
td{max-width:34rem;overflow-wrap:break-word;min-width:4.5rem}td.left:last-child,td.words{min-width:14rem}.right{text-align:right}
details.data{margin:.5rem 0}summary{cursor:pointer;font-size:.9rem;padding:.2rem 0}summary:hover{color:var(--link)}
details.data>summary{color:var(--quiet)}
.command{font-size:.84rem;color:var(--quiet);margin-top:1.4rem;max-width:none}
blockquote{margin:.6rem 0;padding-left:1rem;border-left:3px solid var(--line)}
#filters{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,10.5rem),1fr));gap:.7rem;align-items:end}
#filters label{font-size:.8rem;color:var(--quiet);display:block}
input,select,button{font:inherit;font-size:.9rem;color:var(--ink);background:var(--card);border:1px solid var(--quiet);border-radius:7px;padding:.42rem .6rem;width:100%;min-height:2.4rem}
button{width:auto;cursor:pointer;padding:.42rem 1.1rem}button:hover{background:var(--soft)}
#query-list{list-style:none;padding:0;margin:.4rem 0 1rem;border-top:1px solid var(--line)}
details.query{border-bottom:1px solid var(--line)}
details.query>summary{display:grid;grid-template-columns:7.5rem minmax(0,1fr) 10.5rem 8.5rem;gap:.1rem 1.2rem;padding:.6rem .3rem;align-items:baseline;list-style-position:inside}
#static details.query>summary{display:block}
details.query>summary:hover{background:var(--soft)}details.query[open]>summary{background:var(--soft)}
details.query>summary .id{font-weight:600;color:var(--ink)}details.query>summary .words{color:var(--ink)}
details.query>summary>.id::before{content:"▸";display:inline-block;width:1em;color:var(--quiet)}details.query[open]>summary>.id::before{content:"▾"}
details.query>summary{list-style:none}details.query>summary::-webkit-details-marker{display:none}
.body{padding:.6rem .3rem 1.6rem}
.figure{display:inline-block;font-size:.84rem;border:1px solid var(--line);background:var(--card);border-radius:99px;padding:.1rem .7rem;margin:.12rem .2rem .12rem 0;font-variant-numeric:tabular-nums}
.lists{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,17rem),1fr));gap:1rem 1.2rem;margin:1rem 0}
.lists h4{margin:0 0 .4rem;font-size:.9rem}.lists ol{margin:0;padding:0;list-style:none;border:1px solid var(--line);border-radius:9px;background:var(--card);overflow:hidden}
.lists li{display:grid;grid-template-columns:1.7rem minmax(0,1fr) auto;gap:0 .5rem;padding:.36rem .6rem;border-bottom:1px solid var(--line);font-size:.86rem}
.lists li:last-child{border-bottom:0}.lists .rank{color:var(--quiet);text-align:right;font-variant-numeric:tabular-nums}
.lists .key{overflow-wrap:anywhere}.lists .small{grid-column:2/4;font-size:.76rem;color:var(--quiet);font-variant-numeric:tabular-nums}
.lists .tag{font-size:.76rem;font-weight:600;white-space:nowrap}.lists .gone,.lists .down{color:var(--bad)}.lists .new,.lists .up{color:var(--good)}.lists .lost{color:var(--bad)}
.lists li.lit{background:var(--unsurebg)}.lists li.far{background:var(--badbg)}
@media (max-width:28rem){.facts li{padding:.7rem .75rem}.facts .value{font-size:1rem}}
@media screen and (max-width:52rem){.intervals .row{grid-template-columns:1fr;gap:.1rem;padding:.6rem 0}.intervals .foot .name,.intervals .foot .note{display:none}.pair .intervals .row{grid-template-columns:1fr 4rem}.pair .intervals .name{grid-column:1/3}.pair .intervals .foot .name{display:none}.intervals .plot,.intervals .axis{width:calc(100% - 1.6rem);margin:0 .8rem}.intervals .row>*{min-width:0}
.minor{display:none}.axis .title{font-size:.68rem}details.query>summary{grid-template-columns:minmax(0,1fr) auto}details.query>summary .words{grid-column:1/3;grid-row:2}details.query>summary .cause{display:none}}
@media print{:root{color-scheme:light;--bg:#fff;--soft:#fff;--card:#fff}nav,.skip,#browser,#more{display:none}#static{display:block!important}main{max-width:none;margin:0;padding:0}html{font-size:10pt}.chapter{break-before:auto}figure:not(:has(.intervals)),.facts li,.told li,.intervals .row{break-inside:avoid}figcaption,.legend{break-after:avoid}.intervals .foot{break-before:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible;border:0}.swatch,.verdict{print-color-adjust:exact;-webkit-print-color-adjust:exact}thead{display:table-header-group}tr{break-inside:avoid}table{font-size:7.5pt}th{white-space:normal}th,td{padding:.25rem .4rem}td,td.words{min-width:0;max-width:none}td.left:last-child{min-width:9rem}details:not(.query)::details-content{content-visibility:visible;block-size:auto}a{color:inherit}}
`;
