// Before the first paint, so that nobody who chose dark sees a white flash.
try {
  const chosen = localStorage.getItem('sightline-theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be switched off: then the system's choice holds.
}
