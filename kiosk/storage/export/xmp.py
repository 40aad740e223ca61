"""An XMP packet (ISO 16684-1) with a copy's marks, by the IPTC Photo Metadata Standard 2025.1.

Pure text; escaped by hand, because it must be made where no XML library is installed. No I/O.
"""

from xml.sax.saxutils import escape, quoteattr

from kiosk.storage.export.marks import Marks, clean

_SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "kiosk": "urn:atelier-kiosk:marks:1",
}


def packet(marks: Marks) -> bytes:
    """The packet as UTF-8, for all kinds of files."""
    plain = {
        "xmp:CreatorTool": marks.tool,
        "xmp:CreateDate": marks.created,
        "Iptc4xmpExt:DigitalSourceType": marks.source_type,
        "Iptc4xmpExt:AISystemUsed": marks.model if marks.source_type.endswith("trainedAlgorithmicMedia") else None,
        "Iptc4xmpExt:AIPromptInformation": (
            marks.prompt if marks.source_type.endswith("trainedAlgorithmicMedia") else None
        ),
        "dc:source": marks.run_id,
        "kiosk:Run": marks.run_id,
        "kiosk:Lens": marks.lens,
        "kiosk:Model": marks.model,
        "kiosk:Seed": str(marks.seed) if marks.seed is not None else None,
    }
    spaces = " ".join(f"xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in _SPACES.items())
    parts = [f"<{name}>{escape(clean(value))}</{name}>" for name, value in plain.items() if value]
    if marks.prompt:
        # The default of a language alternative comes first (ISO 16684-1, 8.2.2.4).
        said = f'<rdf:li xml:lang="x-default">{escape(clean(marks.prompt))}</rdf:li>'
        parts.append(f"<dc:description><rdf:Alt>{said}</rdf:Alt></dc:description>")
    text = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces}>{"".join(parts)}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )
    return text.encode()
