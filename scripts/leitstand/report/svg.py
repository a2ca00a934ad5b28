"""Altair charts as inline SVG: no script, no network, the same bytes every time."""

from __future__ import annotations

import re

import altair as alt
import vl_convert
from markupsafe import Markup, escape

VEGA_LITE = ".".join(alt.SCHEMA_VERSION.split(".")[:2])
FONTS = "Inter, 'Segoe UI', -apple-system, Roboto, 'Helvetica Neue', 'Liberation Sans', Arial"

WHOLE = {"$schema", "config", "datasets"}
"""What Altair says of a chart that is none of its layers' business."""


def draw(
    layers: list[alt.Chart],
    *,
    width: float,
    height: float,
    padding: int | dict[str, int],
    name: str,
    title: str,
    text: str,
) -> Markup:
    """Render layers to one `<svg role="img">` whose ids start with `name`, so that none repeats.

    Nothing is laid out by the measure of its text (no axes, legends or automatic sizes), so the
    result does not depend on the fonts of the machine that renders.
    """
    parts = [layer.to_dict(validate=False) for layer in layers]
    # each part was validated when it was made; Altair's own `layer` would copy and validate all again
    chart = {
        "width": width,
        "height": height,
        "padding": padding,
        "autosize": {"type": "none", "contains": "content"},
        "config": {"aria": False, "background": "transparent", "font": FONTS, "view": {"stroke": None}},
        "datasets": {name: rows for part in parts for name, rows in part.get("datasets", {}).items()},
        "layer": [{key: part[key] for key in part if key not in WHOLE} for part in parts],
    }
    svg = vl_convert.vegalite_to_svg(chart, vl_version=VEGA_LITE)
    return Markup(_inline(svg, name, title, text))


def _inline(svg: str, name: str, title: str, text: str) -> str:
    """Make a stand-alone SVG fit for a page: own ids, a title, no namespace addresses."""
    opening, body = svg.split(">", 1)
    for number, old in enumerate(dict.fromkeys(re.findall(r'\bid="([^"]+)"', body))):
        new = f"{name}-{number}"
        body = body.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    body = re.sub(r' (?:aria-[a-z]+|role)="[^"]*"', "", body)
    box = re.search(r'viewBox="[^"]+"', opening)
    return (
        f'<svg class="chart" role="img" {box.group() if box else ""}'
        f' aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(text)}</desc>{body}'
    )
