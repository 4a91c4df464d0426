const key = 'sightline-theme';

/** @returns {'light' | 'dark'} what the page looks like now */
function currentTheme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/**
 * Makes the button switch between light and dark, and remembers the choice.
 * @param {HTMLElement} button
 */
export function initTheme(button) {
  button.addEventListener('click', () => {
    const next = currentTheme() === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(key, next);
    } catch {
      // Not remembered then; it still holds for this visit.
    }
  });
}
