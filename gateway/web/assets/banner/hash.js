export default(e,t)=>{(()=>{function e({pathname:e,hash:t}){let a=/^#!?\/+([^?&=#;]*)/.exec(t);return a?e.replace(/[^/]*$/,"")+a[1]:e}t(()=>e)})()};
