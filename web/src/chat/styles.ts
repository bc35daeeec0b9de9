export const CSS = `
:host { all: initial; }
* { box-sizing: border-box; font-family: "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Segoe UI",system-ui,sans-serif; }
:lang(en) { font-family: "Segoe UI",Roboto,"Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif; }
.chat { --bg:#fff; --text:#1c2429; --dim:#57626a; --line:#d6dce0; --accent:#0b6e4f; --on:#fff; --mine:#dcefe7; --theirs:#f0f2f4; --amber:#8a5200; --amber-soft:#fff4df;
  position: fixed; inset-inline-end: 20px; inset-block-end: 20px; z-index: 2147483000; width: min(380px, calc(100vw - 24px)); height: min(600px, calc(100vh - 40px));
  display: flex; flex-direction: column; background: var(--bg); color: var(--text); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; font-size: 15px; line-height: 1.5; }
.chat.page { position: static; width: min(720px, 100%); height: 100vh; height: 100dvh; margin: 0 auto; border-radius: 0; border-width: 0 1px; }
header { display: flex; align-items: center; gap: 8px; background: var(--accent); color: var(--on); padding: 10px 14px; }
h1 { font-size: 17px; margin: 0; flex: 1; }
header button { background: none; border: 1px solid currentColor; border-radius: 6px; color: inherit; font-size: 13px; padding: 2px 10px; cursor: pointer; }
.note { background: var(--amber-soft); color: var(--amber); padding: 6px 14px; font-size: 14px; margin: 0; }
.log { flex: 1; overflow-y: auto; padding: 12px 14px; display: flex; flex-direction: column; gap: 8px; }
.line { max-width: 85%; background: var(--theirs); border-radius: 10px; padding: 7px 11px; white-space: pre-wrap; overflow-wrap: anywhere; align-self: flex-start; margin: 0; }
.line.customer { align-self: flex-end; background: var(--mine); }
.line small { display: block; color: var(--dim); font-size: 12px; }
.line.unsent { opacity: .75; }
.line.failed { outline: 2px solid var(--amber); }
.pending { display: contents; }
.ask { display: flex; align-items: center; gap: 8px; }
.ask span { flex: 1; }
.plain { background: none; border: 1px solid currentColor; border-radius: 8px; color: inherit; padding: 8px 16px; font-size: 15px; cursor: pointer; }
.choices { display: flex; flex-wrap: wrap; gap: 6px; }
.choices button { border: 1px solid var(--accent); color: var(--accent); background: var(--bg); border-radius: 16px; padding: 6px 14px; font-size: 15px; cursor: pointer; }
form { display: flex; gap: 8px; padding: 10px 14px; border-top: 1px solid var(--line); }
input { flex: 1; min-width: 0; font-size: 16px; padding: 8px 10px; border: 1px solid var(--line); border-radius: 8px; background: var(--bg); color: var(--text); }
input::placeholder { color: var(--dim); opacity: 1; }
.primary { background: var(--accent); color: var(--on); border: 0; border-radius: 8px; padding: 8px 16px; font-size: 15px; cursor: pointer; }
.launch { position: fixed; inset-inline-end: 20px; inset-block-end: 20px; z-index: 2147483000; background: #0b6e4f; color: #fff; border: 0; border-radius: 26px; padding: 14px 22px; font-size: 16px; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent, #0b6e4f); outline-offset: 2px; }
header button:focus-visible { outline-color: var(--on); }
[hidden] { display: none !important; }
@media (prefers-color-scheme: dark) {
  .chat { --bg:#1a2023; --text:#e8edef; --dim:#a9b4ba; --line:#343d42; --accent:#5cc39c; --on:#08130f; --mine:#1d3b30; --theirs:#262e32; --amber:#f0b95a; --amber-soft:#37290f; }
}
`
