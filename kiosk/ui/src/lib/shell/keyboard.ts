/**
 * An on-screen keyboard that covers the page without making it smaller: the page takes the height that can be seen,
 * and the box that is written in stays in sight.
 */

/** Above this share of the window's height nothing covers it but a toolbar. */
const COVERED = 0.8

export function makeRoom(page: Document, view: VisualViewport | null): void {
  if (!view) return
  const root = page.documentElement
  const fit = (): void => {
    const covered = view.scale === 1 && view.height < innerHeight * COVERED
    root.style.setProperty('--seen', covered ? `${view.height}px` : '100dvh')
    root.toggleAttribute('data-covered', covered)
    if (!covered) return
    // Some engines move the page up beneath the keyboard; it is whole already.
    scrollTo(0, 0)
    const box = page.activeElement
    if (box?.matches('textarea, input')) requestAnimationFrame(() => box.scrollIntoView({ block: 'nearest' }))
  }
  view.addEventListener('resize', fit)
  fit()
}
