const due = new Set<() => void>();
let asked = false;

/** Runs a task once before the next frame is drawn, however often it is asked for; in a hidden page when it is seen again. */
export function nextFrame(task: () => void): void {
  due.add(task);
  if (!asked) {
    asked = true;
    requestAnimationFrame(run);
    // A page that counts as seen may get no frames all the same, as behind another window or on a busy machine.
    setTimeout(() => document.visibilityState === 'visible' && run(), 500);
  }
}

function run(): void {
  if (due.size === 0) {
    return;
  }
  asked = false;
  const tasks = [...due];
  due.clear();
  for (const task of tasks) {
    task();
  }
}
