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

/** Shows `children` in a list and keeps it at its end when the reader is there. */
export function fill(list, children) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.replaceChildren(...children);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

export function add(list, child) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(child);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/** Minutes and seconds from one instant to another, both in milliseconds. */
export function since(startMs, atMs) {
  const seconds = Math.max(0, Math.floor((atMs - startMs) / 1000));
  return `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}

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
