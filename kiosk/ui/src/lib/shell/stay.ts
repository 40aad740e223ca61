/**
 * Keeps a hand that slips inside the kiosk: pictures are not dragged away, nothing that is dropped opens in the
 * page's place, and a long press opens no menu. Boxes to write in keep their own menu and take dropped text.
 */
export function stayInside(page: Document): void {
  for (const name of ['dragstart', 'dragover', 'drop', 'contextmenu'] as const) {
    page.addEventListener(name, (event) => {
      const box = event.target instanceof Element && event.target.closest('textarea, input')
      const file = event instanceof DragEvent && (event.dataTransfer?.files.length ?? 0) > 0
      if (!box || file) event.preventDefault()
    })
  }
}
