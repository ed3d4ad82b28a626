// What stands around the picture of a plan: style and script, by hand and small, because they come with every compiled function. An item is a bar
// or a region: `--a` and `--b` are its start and length in time, `--c` and `--d` those in steps, in percent.

export const style = `:root{color-scheme:light dark;--line:color-mix(in srgb,CanvasText 18%,Canvas)}
body{margin:1.5rem auto;max-width:80rem;padding:0 1rem;font:14px/1.45 system-ui,sans-serif;background:Canvas;color:CanvasText}
h1{font-size:1.3rem}h2{font-size:1rem}p{margin:.3rem 0}
form,ul{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;align-items:center;margin:1rem 0;padding:0;list-style:none}
label{display:flex;gap:.3rem}
.picture{display:flex}.side{flex:0 0 5rem;padding-top:1.5rem}.side div{height:1.8rem;line-height:1.8rem}.scroll{flex:1;overflow-x:auto}.chart{width:calc(100%*var(--zoom,1))}
.lanes,.memory,.ticks{position:relative;height:1.5rem}.lanes,.memory{outline:1px solid var(--line)}.lanes{height:calc(var(--rows)*1.8rem)}.memory{height:18rem;margin:.6rem 0}
.ticks span{position:absolute;border-left:1px solid var(--line);padding-left:3px;white-space:nowrap}
i{position:absolute;box-sizing:border-box;min-width:1px;min-height:1px;width:calc(var(--b)*1%);background:var(--colour)}i,span{left:calc(var(--a)*1%)}
.lanes i{height:calc(var(--n)*1.8rem);box-shadow:inset 1px 0 #fff6}
.memory i{top:calc(var(--y)*1%);height:calc(var(--h)*1%);background:color-mix(in srgb,var(--colour) 45%,Canvas);border:1px solid color-mix(in srgb,var(--colour),Canvas)}
body:has(#steps:checked){i,span{left:calc(var(--c)*1%)}i{width:calc(var(--d)*1%)}.time{display:none}}body:has(#time:checked) .step{display:none}
i:focus{outline:2px solid;z-index:1}.picking i:not(.on){opacity:.3}
output{display:block;white-space:pre-wrap;min-height:5.8em;padding:.5rem .8rem;border:1px solid var(--line);border-radius:6px;overflow-wrap:anywhere}
b{display:inline-block;width:.9em;height:.9em;margin-right:.4em;background:var(--colour)}td b{width:calc(var(--b)*.1rem + 1px)}td{vertical-align:top;white-space:pre-wrap;padding-left:1.2em}details{margin-left:-1.2em}pre{margin:0 0 .6rem 5rem}
.product{--colour:#4e79a7}.convolution{--colour:#f28e2b}.loop{--colour:#59a14f}.reduction{--colour:#3ba6a0}.update{--colour:#b07aa1}.other{--colour:#8d8d8d}.host{--colour:#e15759}
@media print{form,output{display:none}*{print-color-adjust:exact}}`

/** Shows what is pointed at, marks what there is meanwhile in the other half, walks with the arrow keys, and zooms. */
export const script = `const groups=[...document.querySelectorAll('.items')],zoom=document.querySelector('[type=range]')
const span=i=>{const at=+i.style.getPropertyValue('--c');return[at,at+ +i.style.getPropertyValue('--d')]}
const show=({target:t})=>{const is=t.tagName==='I'
if(is)document.querySelector('output').textContent=t.ariaLabel
for(const g of groups){g.classList.toggle('picking',is)
if(is)for(const i of g.children){const[a,b]=span(t),[c,d]=span(i);i.classList.toggle('on',g===t.parentNode?i===t:c<b-1e-6&&a<d-1e-6)}}}
addEventListener('pointerover',show);addEventListener('focusin',show)
for(const g of groups){const all=[...g.children];if(all[0])all[0].tabIndex=0
g.onkeydown=e=>{const at=all.indexOf(e.target),to=all[{ArrowRight:at+1,ArrowLeft:at-1,Home:0,End:all.length-1}[e.key]]
if(to){e.preventDefault();e.target.tabIndex=-1;to.tabIndex=0;to.focus()}}}
zoom.oninput=()=>document.querySelector('.chart').style.setProperty('--zoom',zoom.value)`
