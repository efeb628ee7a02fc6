/** The element a page promises to have; a page without it is a fault of ours, so say which. */
export function find<T extends Element>(root: ParentNode, selector: string, type: new () => T): T {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) {
    throw new Error(`This page lacks ${selector}`);
  }
  return element;
}
