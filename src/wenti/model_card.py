"""The model card: what the model was made of, what it can do, and where it fails."""

from __future__ import annotations

from typing import Any

from wenti.artifact import FORMAT
from wenti.evaluation import table


def model_card(manifest: dict[str, Any]) -> str:
    """Return the model card."""
    evaluation = manifest["evaluation"]
    folds = evaluation["folds"]
    weakest = sorted(folds["types"].items(), key=lambda item: item[1]["f1"])[:8]
    names = {label["id"]: f"{label['name']} ({label['english']})" for label in manifest["labels"]["types"]}
    lines = [
        "# Model card",
        "",
        "Written by `wenti train`; do not edit.",
        "",
        f"- wenti {manifest['wenti']}, model format {FORMAT}, taxonomy {manifest['taxonomy']['version']}",
        f"- Trained on {manifest['corpus']['statements']:,} labelled statements (corpus/README.md says who wrote them; "
        f"corpus hash `{manifest['corpus']['sha256'][:16]}`)",
        "- TF-IDF over spans of the text and two linear heads (kind; types, one against the rest), calibrated",
        "  on held-out scores (docs/model.md)",
        f"- Stored in 16 bits: no score of a training statement moved by more than "
        f"{manifest['quantisation']['largest_score_change'] + 0.00005:.4f}",
        "",
        "## Figures",
        "",
        "`folds`: the authors' own statements, each fold by a model that has not seen its group of authors. `reports`: the",
        "statements of the eight published reports by a model of the authors alone, each by itself, without the section",
        "it stands in. The shipped model has been fitted on all of them. Shares with 95 % intervals, bootstrapped over",
        "authors or reports. `first_type`: the likeliest type of a weakness is one of its gold types; `main_type`: it is",
        "the first of them; `first_category`: its category is one of theirs. `micro_f1`, `macro_f1`: tags of weaknesses",
        "that have a type. `weakness_f1`: micro-F1 of what a weakness report counts, over all statements, kind and type",
        "both right. `untyped_tagged`: weaknesses outside the taxonomy that were given a type; `facts_tagged`: facts that",
        "were.",
        "",
        table(evaluation),
        "",
        "The authors knew the taxonomy and write alike; real texts do not. The folds lean optimistic.",
        "",
        "## Weakest types (folds)",
        "",
        "| type | support | F1 |",
        "|---|---|---|",
        *(f"| {names[label]} | {part['support']} | {part['f1']:.2f} |" for label, part in weakest),
        "",
        "## Most frequent confusions (folds)",
        "",
        "Left the gold main type, right the first guess; of these, so many where the guess is gold as a second type.",
        "",
        "| gold | first guess | count | also gold |",
        "|---|---|--:|--:|",
        *(
            f"| {names[pair['gold']]} | {names[pair['guess']]} | {pair['count']} | {pair['also_gold']} |"
            for pair in folds["confusions"][:8]
        ),
        "",
        "## Limits",
        "",
        "Real texts are harder than the folds (docs/model.md states every figure three times). It sees characters, not",
        "meaning: negation, comparisons of figures, and problems told without the usual words mislead it. Where a problem",
        "is outside the taxonomy it should give no type, and often does: see `untyped_tagged`.",
        "",
        "## Use",
        "",
        "For finding and counting problems in evaluation and audit texts in Chinese, with a person who reads what is marked",
        "待人工判定. Not for judging units or people without reading the sentences behind a figure.",
        "",
    ]
    return "\n".join(lines)
