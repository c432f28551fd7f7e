export default(t,e)=>{e(({j:t})=>(function(t){for(let e of["pushState","replaceState"]){let o=history[e];history[e]=function(...e){o.apply(this,e),t()}}addEventListener("popstate",t)}(t.g),!0))};
