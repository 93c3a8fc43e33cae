import{r as e}from"./rolldown-runtime-XKyaHtl9.js";import{h as t,v as n}from"./kit-Cy1YX0f4.js";import{U as r,nt as i}from"./index-CDQylXqn.js";import{n as a,t as o}from"./api-DF4zbkfR.js";import{t as s}from"./Modal-D4PWvL_d.js";var c=[`JSON`,`TEXT`,`BINARY`],l={JSON:`application/json`,TEXT:`text/plain`,BINARY:`application/octet-stream`},u=8192;function d(e,t){if(t!==`BINARY`)return new TextEncoder().encode(e);let n=e.replace(/0x/gi,``).replace(/[\s,:;-]/g,``);if(!/^[0-9a-f]*$/i.test(n)||n.length%2)throw Error(`hex`);return Uint8Array.from(n.match(/../g)??[],e=>parseInt(e,16))}function f(e){let t=``;for(let n=0;n<e.length;n+=u)t+=String.fromCharCode(...e.subarray(n,n+u));return btoa(t)}var p=e=>Uint8Array.from(atob(e),e=>e.charCodeAt(0)),m=e=>Array.from(e,(e,t)=>`${e.toString(16).padStart(2,`0`)}${t%16==15?`
`:` `}`).join(``).trim();function h(e){try{return new TextDecoder(`utf-8`,{fatal:!0}).decode(e)}catch{return}}function g(e){let t=h(e);return t===void 0?{type:`BINARY`,text:m(e)}:v(t)?{type:`JSON`,text:y(t)}:{type:`TEXT`,text:t}}function _(e){return g(e.startsWith(`base64:`)?p(e.slice(7)):new TextEncoder().encode(e))}function v(e){try{return JSON.parse(e),!0}catch{return!1}}function y(e){try{let t=JSON.parse(e);return JSON.stringify(t).replace(/\s/g,``)===e.replace(/\s/g,``)?JSON.stringify(t,null,2):e}catch{return e}}var b=`# payload: the bytes that the device sent; metadata: texts by name
data = json_decode(payload)
return {
    "deviceName": data["device"],
    "deviceType": "thermostat",
    "telemetry": {
        "temperature": data["temp"],
        "humidity": data["hum"],
    },
}
`,x=`# "Thermostat-1;21.5;42" becomes a device with two values
parts = text_decode(payload).strip().split(";")
return {
    "deviceName": parts[0],
    "deviceType": "thermostat",
    "telemetry": {
        "temperature": float(parts[1]),
        "humidity": float(parts[2]),
    },
}
`,S=`# Two bytes number, two bytes temperature in tenths, one byte humidity
return {
    "deviceName": "Thermostat-" + str(read_int(payload, 0, 2)),
    "deviceType": "thermostat",
    "telemetry": {
        "temperature": read_int(payload, 2, 2, signed=True) / 10,
        "humidity": read_int(payload, 4, 1),
    },
}
`,C=`# msg: what changed, such as {"firmware": "1.2"}
return {
    "contentType": "JSON",
    "data": json_encode(msg),
    "metadata": {},
}
`,w={JSON:{script:b,sample:`{
  "device": "Thermostat-1",
  "temp": 21.5,
  "hum": 42
}`},TEXT:{script:x,sample:`Thermostat-1;21.5;42`},BINARY:{script:S,sample:`00 01 00 d7 2a`}},T={msgType:`ATTRIBUTES_UPDATED`,msg:{firmware:`1.2`},metadata:{deviceName:`Thermostat-1`,deviceType:`thermostat`,scope:`SHARED_SCOPE`},integrationMetadata:{integrationName:`Thermostats`}},E=(e,t)=>e===`uplink`?w[t]:{script:C,sample:JSON.stringify(T,null,2)},D={"Header:content-type":`application/json`,integrationName:`Thermostats`},O=e=>!e.trim()||[...Object.values(w).map(e=>e.script),C].includes(e),k=(e,t=`JSON`)=>{let{script:n,sample:r}=E(e,t);return{script:n,type:t,text:r,metadata:JSON.stringify(D,null,2)}};async function A(e,t){let n;try{n=e===`uplink`?{payload:f(d(t.text,t.type)),metadata:j(t.metadata)}:M(t.text)}catch(e){return{bench:t,refused:e.message===`hex`?i(`bench.badHex`):i(`bench.badMetadata`)}}try{return{bench:t,result:await a.testConverter({direction:e,language:`python`,script:t.script,...n})}}catch(e){return{bench:t,refused:(e instanceof o?e.errors[0]?.message:void 0)??(e.message===`offline`?i(`offline`):String(e.message))}}}function j(e){let t=JSON.parse(e.trim()||`{}`);if(typeof t!=`object`||!t||Array.isArray(t))throw Error(`metadata`);return Object.fromEntries(Object.entries(t).map(([e,t])=>[e,typeof t==`string`?t:JSON.stringify(t)]))}function M(e){let{msg:t=null,metadata:n={},msgType:r=`POST_TELEMETRY_REQUEST`,integrationMetadata:i={}}=JSON.parse(e);return{msg:t,metadata:n,msgType:r,integrationMetadata:i}}var N=(e,t)=>e?.bench.script===t.script&&e.bench.text===t.text&&!!e.result&&!e.result.error,P=(e,t,{type:n,text:r,metadata:i})=>({name:e,contentType:n,payload:f(d(r,n)),metadata:t===`uplink`?j(i):{}});function F(e){let{type:t,text:n}=g(p(e.payload));return{type:e.contentType===`TEXT`&&t===`JSON`?`TEXT`:t,text:n,metadata:JSON.stringify(e.metadata,null,2)}}function I(e,t){if(t.text===E(e,t.type).sample)return[];try{return[P(i(`bench.sample`),e,t)]}catch{return[]}}var L=`{"deviceName":"Thermostat-1","deviceType":"thermostat","telemetry":{"temperature":21.5}}`,R=e=>e?.samples[0]?F(e.samples[0]):{type:`JSON`,text:e?E(`uplink`,`JSON`).sample:L},z=e=>/^[\w@%+=:,./-]+$/.test(e)?e:`'${e.replaceAll(`'`,`'"'"'`)}'`;function B({url:e,headers:t,type:n,text:r}){let i={"Content-Type":l[n],...t},a=[`curl`,`-i`,`-X`,`POST`,e,...Object.entries(i).flatMap(([e,t])=>[`-H`,`${e}: ${t}`])].map(z);return n===`BINARY`?`printf '${Array.from(d(r,`BINARY`),e=>`\\${e.toString(8).padStart(3,`0`)}`).join(``)}' | ${[...a,`--data-binary`,`@-`].join(` `)}`:[...a,`-d`,z(n===`JSON`?V(r):r)].join(` `).replace(` -d `,n===`TEXT`?` --data-binary `:` -d `)}function V(e){try{let t=JSON.stringify(JSON.parse(e));return t.replace(/\s/g,``)===e.replace(/\s/g,``)?t:e}catch{return e}}var H=new Set([`-d`,`--data`,`--data-raw`,`--data-binary`,`--data-ascii`,`--json`]),U=new Set([`-X`,`--request`,`-u`,`--user`,`-A`,`--user-agent`,`-o`,`--output`,`-m`,`--max-time`,`--connect-timeout`,`-b`,`--cookie`,`-e`,`--referer`,`--cacert`,`-E`,`--cert`,`--key`,`-x`,`--proxy`,`--retry`,`-w`,`--write-out`]);function W(e){let t=q(e.replace(/\\\r?\n/g,` `)),n=t.findIndex(e=>/(^|\/)curl(\.exe)?$/.test(e));if(n<0)return;let r={url:``,headers:{},body:``},i=[];for(let e=n+1;e<t.length;e++){let n=t[e],a,o=/^(--[\w-]+)=(.*)$/s.exec(n);o?[n,a]=[o[1],o[2]]:/^-[dHX]./.test(n)&&([n,a]=[n.slice(0,2),n.slice(2)]);let s=()=>a??t[++e]??``;H.has(n)?(i.push(s()),n===`--json`&&(r.headers[`Content-Type`]??=l.JSON)):n===`-H`||n===`--header`?G(r,s()):n===`--url`?r.url=s():U.has(n)?s():n.startsWith(`-`)||(r.url||=n)}return r.body=i.join(`&`),r}function G(e,t){let n=t.indexOf(`:`);n>0&&(e.headers[t.slice(0,n).trim()]=t.slice(n+1).trim())}var K={n:`
`,t:`	`,r:`\r`,"\\":`\\`,"'":`'`,'"':`"`};function q(e){let t=[],n;for(let r=0;r<e.length;r++){let i=e[r];if(/\s/.test(i))n!==void 0&&t.push(n),n=void 0;else if(i===`'`||i===`$`&&e[r+1]===`'`){let[t,a]=i===`'`?J(e,r+1):Y(e,r+2);n=(n??``)+t,r=a}else if(i===`"`)for(n??=``,r++;r<e.length&&e[r]!==`"`;r++)e[r]===`\\`&&/["\\$`]/.test(e[r+1]??``)&&r++,n+=e[r];else i===`\\`&&r+1<e.length&&r++,n=(n??``)+e[r]}return n===void 0?t:[...t,n]}function J(e,t){let n=e.indexOf(`'`,t);return n<0?[e.slice(t),e.length]:[e.slice(t,n),n]}function Y(e,t){let n=``,r=t;for(;r<e.length&&e[r]!==`'`;r++){if(e[r]!==`\\`){n+=e[r];continue}let t=/^u([0-9a-f]{4})/i.exec(e.slice(r+1));t?(n+=String.fromCharCode(parseInt(t[1],16)),r+=5):(n+=K[e[r+1]??``]??e.slice(r,r+2),r++)}return[n,r]}var X=e(n(),1),Z=t();function Q({when:e,title:t,text:n,onLeave:a}){let[o,c]=(0,X.useState)(null);return(0,X.useEffect)(()=>e?r(e=>c(()=>e)):void 0,[e]),o?(0,Z.jsx)(s,{title:t,text:n,onClose:()=>c(null),children:(0,Z.jsxs)(`div`,{className:`acts`,children:[(0,Z.jsx)(`button`,{type:`button`,className:`btn`,onClick:()=>c(null),children:i(`leave.stay`)}),(0,Z.jsx)(`button`,{type:`button`,className:`btn primary bad`,onClick:()=>{a?.(),o()},children:i(`leave.go`)})]})}):null}export{N as a,F as c,O as d,E as f,y as g,_ as h,I as i,A as l,v as m,B as n,P as o,c as p,W as r,k as s,Q as t,R as u};