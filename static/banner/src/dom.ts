// Building nodes. Text is only ever text: nothing here parses HTML, so a strict CSP can stand.

type Child = Node | string | null;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const name in attributes) element.setAttribute(name, attributes[name] as string);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Never a submit button, whatever form the host page wraps around it. */
export const button = (label: string, action: string, look = ""): HTMLButtonElement =>
  h("button", { type: "button", class: `gw-button ${look}`, "data-gw-action": action }, label);
