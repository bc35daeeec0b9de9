// Elements from data. Text always becomes text nodes: nothing a caller writes is ever markup.

export const byId = (id) => document.getElementById(id);

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const followed = new WeakMap();

/** Keeps a list at its end, whatever is added and however it is resized, unless the reader has scrolled away from it. */
export function follow(list) {
  followed.set(list, true);
  list.addEventListener("scroll", () => followed.set(list, list.scrollHeight - list.scrollTop - list.clientHeight < 40));
  new ResizeObserver(() => toEnd(list)).observe(list);
}

function toEnd(list) {
  if (followed.get(list)) list.scrollTop = list.scrollHeight;
}

/** Begins a list anew, at its end whatever the reader looked at in the last one. */
export function empty(list) {
  list.replaceChildren();
  followed.set(list, true);
}

export function fill(list, children) {
  list.replaceChildren(...children);
  toEnd(list);
}

export function add(list, child) {
  list.append(child);
  toEnd(list);
}

/** Minutes and seconds from one instant to another, both in milliseconds. */
export function since(startMs, atMs) {
  const seconds = Math.max(0, Math.floor((atMs - startMs) / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The call this tab looked at last; a tab that is new takes that of the others. */
export const lastCall = {
  get: () => {
    try {
      return sessionStorage.getItem("phones.call") ?? localStorage.getItem("phones.call") ?? "";
    } catch {
      return "";
    }
  },
  set: (sid) => {
    try {
      sessionStorage.setItem("phones.call", sid);
      localStorage.setItem("phones.call", sid);
    } catch {
      // Without storage a reload takes up the newest call.
    }
  },
};

export function stored(name, fallback) {
  try {
    return localStorage.getItem(`phones.${name}`) ?? fallback;
  } catch {
    return fallback;
  }
}

export function store(name, value) {
  try {
    localStorage.setItem(`phones.${name}`, value);
  } catch {
    // A browser without storage forgets the choice, nothing else.
  }
}
