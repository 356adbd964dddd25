"""The page that lists kernels with what they say of their encryption: of one server, or of many.

Plain HTML without a script, so that it is usable by keyboard and in every browser. In English only: the
translations of the extension belong to JupyterLab, which this page does without, and so does a hub.
Must not know: requests, where the rows come from.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

#: State -> its mark and what it means: never colour alone.
STATES = {
    "armed": ("◔", "Armed", "Set as soon as there is a Spark session."),
    "applied": ("●", "Applied", "Set in the Spark sessions."),
    "verified": ("✓", "Verified", "Read again after it was set."),
    "proven": ("✔", "Proven", "Stored objects came back as they should be."),
    "differs": ("≠", "Differs", "Not as it was chosen, or nobody knows."),
    "blocked": ("✕", "Blocked", "A cell was not run."),
    "cleared": ("○", "Cleared", "Nothing is applied any more."),
    "": ("?", "Nothing heard", "This process has not said anything."),
}
CLAIMS = {"none": "none", "set": "Set", "inEffect": "In effect", "proven": "Proven"}

STYLE = """
:root { color-scheme: light dark; font: 100%/1.45 system-ui, sans-serif; }
body { margin: 1.5rem; }
h1 { font-size: 1.4rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding-bottom: 0.5rem; }
th, td { border: 1px solid GrayText; padding: 0.35rem 0.6rem; text-align: left; vertical-align: top; }
tbody th { font-weight: normal; overflow-wrap: anywhere; }
td { overflow-wrap: anywhere; }
td.state { overflow-wrap: normal; }
tr.attention td.state { font-weight: bold; }
dt { font-weight: bold; float: left; clear: left; min-width: 11rem; }
a { color: inherit; }
a:focus-visible, .wide:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
"""

_HASH = base64.b64encode(hashlib.sha256(STYLE.encode("utf-8")).digest()).decode("ascii")
#: For the header Content-Security-Policy: nothing but the page and its style.
POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'"

WORTH = (
    "What is listed is what each kernel says of itself. Code that runs in a kernel can call Spark without "
    "it, and can say what is not so. What is stored in S3 shows only there."
)


def page(title: str, kernels: Sequence[Mapping[str, Any]], notes: Iterable[str] = ()) -> str:
    """The whole page. Each of kernels is a row as the server's list has it; "server" names its server.

    notes: sentences ahead of the table, such as which servers did not answer.
    """
    servers = any("server" in kernel for kernel in kernels)
    heads = ["Notebook", "Kernel", "Started by", "State", "Method and key", "Claim", "Last proof"]
    heads = [*(["Server"] if servers else []), *heads, "Heard", "Codes"]
    rows = "\n".join(_row(kernel, servers) for kernel in kernels)
    said = "\n".join(f'<p role="status">{escape(note)}</p>' for note in notes)
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    table = (
        f'<div class="wide" role="region" aria-labelledby="caption" tabindex="0"><table>'
        f'<caption id="caption">{len(kernels)} running</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
        if kernels
        else "<p>No kernel is running.</p>"
    )
    words = "".join(
        f"<dt>{mark} {escape(name)}</dt><dd>{escape(meaning)}</dd>\n"
        for mark, name, meaning in STATES.values()
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(WORTH)}</p>\n"
        f'<p><a href="">Read again</a></p>\n{said}\n{table}\n'
        f"<h2>States</h2>\n<dl>\n{words}</dl>\n</main>\n</body>\n</html>\n"
    )


def _row(kernel: Mapping[str, Any], servers: bool) -> str:
    last: Mapping[str, Any] = kernel.get("last") or {}
    proof: Mapping[str, Any] = kernel.get("proof") or {}
    state = last.get("state") or ""
    mark, name, _ = STATES.get(state, STATES[""])
    paths = "<br>".join(escape(str(path)) for path in kernel["paths"]) or "none"
    cells = [
        f"{escape(str(kernel['kernel_name']))}<br><small>{escape(str(kernel['kernel_id']))}</small>",
        escape(str(kernel.get("user") or "not known")),
        f"{mark} {escape(name)}",
        _method(last),
        escape(CLAIMS.get(str(last.get("claim")), "not known")),
        f"{_time(proof['time'])}<br>{_method(proof)}" if proof else "none",
        _time(last.get("time")) if last else "never",
        escape(", ".join(last.get("codes") or ())) or "none",
    ]
    head = f'<th scope="row">{paths}</th>'
    if servers:
        head = f'<th scope="row">{escape(str(kernel["server"]))}</th><td>{paths}</td>'
    data = "".join(
        f"<td{' class=state' if place == STATE else ''}>{cell}</td>"
        for place, cell in enumerate(cells)
    )
    attention = ' class="attention"' if state in ("differs", "blocked") else ""
    return f"<tr{attention}>{head}{data}</tr>"


#: Which of a row's cells has the state.
STATE = 2


def _method(found: Mapping[str, Any]) -> str:
    method, key = found.get("method"), found.get("key_id")
    if not method:
        return "none"
    return escape(str(method)) + (f"<br><small>{escape(str(key))}</small>" if key else "")


def _time(value: object) -> str:
    text = escape(str(value))
    return f'<time datetime="{text}">{text.replace("T", " ").replace("Z", " UTC")}</time>'
