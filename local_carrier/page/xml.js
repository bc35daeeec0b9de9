// A TwiML document laid out for reading. It is only ever shown as text.

export function indented(text) {
  const pieces = text.replace(/>\s+</g, "><").trim().match(/<[^>]+>|[^<]+/g) ?? [];
  const lines = [];
  let depth = 0;
  let open = false;
  for (const piece of pieces) {
    const closing = piece.startsWith("</");
    if (closing) depth = Math.max(0, depth - 1);
    if (!piece.startsWith("<") || (closing && open)) {
      lines[Math.max(0, lines.length - 1)] = (lines.at(-1) ?? "") + piece;
    } else {
      lines.push("  ".repeat(depth) + piece);
    }
    if (piece.startsWith("<")) open = !closing && !piece.startsWith("<?") && !piece.endsWith("/>");
    if (open && piece.startsWith("<")) depth += 1;
  }
  return lines.join("\n");
}
