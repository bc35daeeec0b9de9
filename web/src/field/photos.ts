/** Photos between the camera and the service: made small, kept on the phone until they are sent. */
const LONGEST_SIDE = 1600
const MOST_BYTES = 700_000
const QUALITIES = [0.82, 0.7, 0.55, 0.4]

/** A JPEG of at most 700 kB, without what the camera notes beside the picture; null when it is no picture. */
export async function made(file: Blob): Promise<Blob | null> {
  const picture = await createImageBitmap(file).catch(() => null)
  if (!picture) return null
  for (const [nth, quality] of QUALITIES.entries()) {
    const scale = Math.min(1, LONGEST_SIDE / 1.25 ** nth / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(picture.width * scale))
    canvas.height = Math.max(1, Math.round(picture.height * scale))
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
    if (blob && blob.size <= MOST_BYTES) return blob
  }
  return null
}

export async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

function asked<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  const opening = indexedDB.open('hotline.field', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('photos')
  const base = await asked(opening)
  const within = base.transaction('photos', mode)
  within.oncomplete = within.onabort = () => base.close()
  return within.objectStore('photos')
}

export async function keepPhoto(id: string, photo: Blob): Promise<void> {
  await asked((await store('readwrite')).put(photo, id))
}

export async function keptPhoto(id: string): Promise<Blob | undefined> {
  return asked((await store('readonly')).get(id) as IDBRequest<Blob | undefined>)
}

export async function dropPhoto(id: string): Promise<void> {
  await asked((await store('readwrite')).delete(id))
}
