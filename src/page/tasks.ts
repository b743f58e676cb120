/** Ends the task of the page's thread, so that it can draw and take what one does; goes on in the next one. */
export function nextTask(): Promise<void> {
  return soon(0);
}

export function soon(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Goes on once the next picture of the screen has been drawn; where none is drawn, as of a page that is not looked at, soon. */
export function nextFrame(): Promise<void> {
  const drawn = new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return Promise.race([drawn, soon(100)]);
}
