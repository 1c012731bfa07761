"""What ``classify`` answers: one JSON object or a few readable lines for a statement. Standard library only."""

from __future__ import annotations

from wenti.messages import message

TYPE_CHECKING = False
if TYPE_CHECKING:  # typing would cost 5 ms at start
    from typing import Any

    from wenti.classifier import Classifier
    from wenti.predictions import Label, Prediction, Tag

_BOLD, _DIM, _COLOURS, _RESET = "\x1b[1m", "\x1b[2m", {"weakness": "\x1b[31m", "strength": "\x1b[32m"}, "\x1b[0m"
_DIGITS = 4
_SHOWN = 200


def prediction_dict(
    text: str, prediction: Prediction, model: Classifier, *, lang: str = "zh", top: int = 0, explain: bool = False
) -> dict[str, Any]:
    """Return an answer as the contract has it (docs/schemas/classify.schema.json)."""
    labels = {label.id: label for label in (*model.types, *model.categories)}
    answer: dict[str, Any] = {
        "text": text,
        "kind": prediction.kind,
        "kind_probability": round(prediction.kind_probability, _DIGITS),
        "needs_review": prediction.needs_review,
        "categories": [_tag_dict(tag, labels, lang) for tag in prediction.categories],
        "types": [_tag_dict(tag, labels, lang, explain) for tag in prediction.types],
    }
    if top:
        answer["ranked"] = [_tag_dict(tag, labels, lang) for tag in prediction.ranked]
    return answer


def _tag_dict(tag: Tag, labels: dict[str, Label], lang: str, explain: bool = False) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": tag.id,
        "name": labels[tag.id].called(lang),
        "probability": round(tag.probability, _DIGITS),
    }
    if explain:
        entry["because"] = [
            {"start": b.start, "end": b.end, "text": b.text, "weight": round(b.weight, _DIGITS)} for b in tag.because
        ]
    return entry


def prediction_text(
    text: str, prediction: Prediction, model: Classifier, *, lang: str = "zh", top: int = 0, colour: bool = False
) -> str:
    """Return an answer for people: the statement, then its kind and each type with its category and probability."""
    types = {label.id: label for label in model.types}
    categories = {label.id: label for label in model.categories}
    kind = next(label for label in model.kinds if label.id == prediction.kind)
    shown = " ".join(text.split()) or message("empty_text", lang)
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "…"
    colon, comma = ("：", "、") if lang == "zh" else (": ", ", ")
    review = f"  [{message('needs_review', lang)}]" if prediction.needs_review else ""
    colours = (_BOLD, _COLOURS.get(prediction.kind, ""), _DIM, _RESET) if colour else ("", "", "", "")
    bold, hue, dim, reset = colours
    said = f"{hue}{kind.called(lang)}{reset} {prediction.kind_probability:.0%}"
    if not prediction.judged:
        said = message("not_judged", lang)
    lines = [f"{bold}{shown}{reset}", f"  {said}{review}"]

    def line(tag: Tag) -> str:
        label = types[tag.id]
        return f"{categories[label.category].called(lang)} / {label.called(lang)} {tag.probability:.0%}"

    # A type is named after its problem; of praise and advice it is only what they are about.
    about = "" if prediction.kind == "weakness" else message("about", lang) + colon
    for tag in prediction.types:
        lines.append(f"  {about}{line(tag)}")
        if tag.because:
            because = comma.join(f"{b.text}({b.weight:+.2f})" for b in tag.because)
            lines.append(f"    {dim}{message('because', lang)}{colon}{because}{reset}")
    if not prediction.types and prediction.kind == "weakness":
        lines.append(f"  {message('no_type', lang)}")
    if top:
        lines.append(f"  {dim}{message('ranked', lang)}{colon}{reset}")
        lines += [f"    {line(tag)}" for tag in prediction.ranked]
    return "\n".join(lines)
