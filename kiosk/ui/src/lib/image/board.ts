/** Paints strokes on a canvas, and makes files and previews of pictures. Knows no server. */
import { inkOf } from '../session/pseudonym'
import { PAPER, seen, SHEET, type Act, type Ink, type Stroke } from './strokes'

type Painted = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** What a child draws black with is the ink of the page. */
const BLACK = '#17233f'
/** Longer edge of a picture that is handed to the kiosk, and of what is shown of it, in pixels. */
const LONGEST = 2048
const SHOWN = 720

export const colourOf = (ink: Ink): string => (ink === 'paper' ? PAPER : ink === 'ink' ? BLACK : inkOf(ink))

export function clean(context: Painted): void {
  context.fillStyle = PAPER
  context.fillRect(0, 0, SHEET, SHEET)
}

/** Paints a stroke from its `from`-th number on; all of it by default. */
export function paint(context: Painted, stroke: Stroke, from = 0): void {
  const { points, width } = stroke
  context.strokeStyle = context.fillStyle = colourOf(stroke.ink)
  context.lineWidth = width
  context.lineCap = context.lineJoin = 'round'
  context.beginPath()
  if (points.length === 2) {
    context.arc(points[0]!, points[1]!, width / 2, 0, Math.PI * 2)
    context.fill()
    return
  }
  const start = Math.max(0, from - 2)
  context.moveTo(points[start]!, points[start + 1]!)
  for (let at = start + 2; at < points.length; at += 2) context.lineTo(points[at]!, points[at + 1]!)
  context.stroke()
}

/** A picture as a file for the kiosk and a smaller one to look at. Raises `Error` where it is none. */
export async function prepared(source: ImageBitmapSource): Promise<{ file: Blob; preview: string }> {
  const bitmap = await createImageBitmap(source)
  try {
    const file = await scaled(bitmap, LONGEST).convertToBlob({ type: 'image/png' })
    const shown = await scaled(bitmap, SHOWN).convertToBlob({ type: 'image/jpeg', quality: 0.8 })
    return { file, preview: await asAddress(shown) }
  } finally {
    bitmap.close()
  }
}

function scaled(bitmap: ImageBitmap, longest: number): OffscreenCanvas {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height))
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)))
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
  return canvas
}

function asAddress(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(new Error('the picture cannot be read'))
    reader.readAsDataURL(blob)
  })
}

/** A drawing as a file. */
export function drawn(acts: readonly Act[]): Promise<Blob> {
  const canvas = new OffscreenCanvas(SHEET, SHEET)
  const context = canvas.getContext('2d')!
  clean(context)
  for (const stroke of seen(acts)) paint(context, stroke)
  return canvas.convertToBlob({ type: 'image/png' })
}
