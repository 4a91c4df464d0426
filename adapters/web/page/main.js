import { getSession } from './api.js';
import { find } from './element.js';
import { initLightbox } from './lightbox.js';
import { startPlayground } from './playground.js';
import { initTheme } from './theme.js';

initTheme(find('#theme', HTMLButtonElement));
initLightbox();

try {
  startPlayground(await getSession());
} catch (error) {
  const line = find('#connection', HTMLElement);
  line.textContent = `${error instanceof Error ? error.message : 'The playground could not start.'} Reload the page to try again.`;
  line.hidden = false;
}
