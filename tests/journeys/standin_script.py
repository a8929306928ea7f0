"""What the stand-in says: a short made-up dialogue in English and Urdu. It is not the house's flow,
and nothing of it may be shown to a visitor.
"""

from typing import Any

LANGUAGES = (("en", "English", "ltr"), ("pl", "Polski", "ltr"), ("ur", "اردو", "rtl"))
ALLOWED = ("skip", "back", "person", "numbers", "stop", "language")

# step -> says (texts before the question), ask, why, choices, expects, then (answer -> step)
STEPS: dict[str, dict[str, Any]] = {
    "start": {
        "says": ("leaving", "kept"),
        "ask": "safe",
        "why": "safe-why",
        "choices": ("yes", "no"),
        "then": {"no": "quiet", "skip": "quiet", "": "brings"},
    },
    "quiet": {"ask": "quiet", "choices": ("go-on",), "silent": True, "then": {"go-on": "brings"}},
    "brings": {
        "ask": "brings",
        "why": "brings-why",
        "choices": ("me", "other", "behave"),
        "then": {"back": "start", "": "needs"},
    },
    "needs": {
        "ask": "needs",
        "choices": ("talk", "place", "advice"),
        "expects": "any",
        "then": {"back": "brings", "": "thanks"},
    },
    "thanks": {"ask": "thanks", "expects": "text", "then": {"": "thanks"}},
    "person": {"ask": "thanks", "expects": "text", "then": {"": "thanks"}},
    "numbers": {"ask": "numbers", "choices": ("on",), "then": {"": "brings"}},
}

TEXTS: dict[str, dict[str, str]] = {
    "en": {
        "leaving": "The red button leaves this page at once. It does not clear your history.",
        "kept": "What you write is kept for the people who help here.",
        "safe": "Is it safe for you to write here now?",
        "safe-why": "If somebody may look over your shoulder, we keep this page quiet.",
        "yes": "Yes, it is safe",
        "no": "No, or I am not sure",
        "quiet": "You can come back to this page at any time.",
        "go-on": "Go on",
        "brings": "What brings you here today?",
        "brings-why": "It tells us who can help. You can use your own words.",
        "me": "Something is happening to me",
        "other": "I am worried about someone",
        "behave": "I am worried about how I behave",
        "needs": "What would help most?",
        "talk": "Talking it through",
        "place": "Somewhere to stay",
        "advice": "Knowing what I can do",
        "thanks": "Thank you. You can write here while you wait.",
        "numbers": "Danger now: \u2066999\u2069\nDay and night: 0808 2000 247",
        "on": "Go on with the questions",
    },
    "ur": {
        "leaving": "سرخ بٹن فوراً یہ صفحہ بند کر دیتا ہے۔ اس سے آپ کی ہسٹری نہیں مٹتی۔",
        "kept": "آپ جو لکھتے ہیں وہ یہاں مدد کرنے والے لوگوں کے لیے محفوظ رہتا ہے۔",
        "safe": "کیا اس وقت یہاں لکھنا آپ کے لیے محفوظ ہے؟",
        "safe-why": "اگر کوئی آپ کی اسکرین دیکھ سکتا ہے تو ہم اس صفحے کو خاموش رکھتے ہیں۔",
        "yes": "جی ہاں، محفوظ ہے",
        "no": "نہیں، یا مجھے یقین نہیں",
        "quiet": "آپ کسی بھی وقت اس صفحے پر واپس آ سکتے ہیں۔",
        "go-on": "آگے بڑھیں",
        "brings": "آج آپ یہاں کس لیے آئے ہیں؟",
        "brings-why": (
            "اس سے ہمیں پتا چلتا ہے کہ کون مدد کر سکتا ہے۔ آپ اپنے الفاظ میں لکھ سکتے ہیں۔"
        ),
        "me": "میرے ساتھ کچھ ہو رہا ہے",
        "other": "مجھے کسی کی فکر ہے",
        "behave": "مجھے اپنے رویے کی فکر ہے",
        "needs": "سب سے زیادہ کس چیز سے مدد ملے گی؟",
        "talk": "کسی سے بات کرنا",
        "place": "رہنے کی جگہ",
        "advice": "یہ جاننا کہ میں کیا کر سکتا ہوں",
        "thanks": "شکریہ۔ انتظار کے دوران آپ یہاں لکھ سکتے ہیں۔",
        "numbers": "ابھی خطرہ ہو تو: 999\nدن رات: 0808 2000 247",
        "on": "سوالات جاری رکھیں",
    },
}

WORDS: dict[str, dict[str, str]] = {
    "pl": {"page.continue": "Dalej", "page.exit": "Wyjście", "page.language": "Język"},
    "ur": {
        "page.title": "نوٹس",
        "page.continue": "جاری رکھیں",
        "page.language": "زبان",
        "page.exit": "باہر نکلیں",
        "page.exit.first": "اس صفحے سے باہر نکلیں",
        "page.you": "آپ",
        "page.worker": "ایک فرد",
        "page.answers": "جوابات",
        "page.choose-any": "آپ ایک سے زیادہ چن سکتے ہیں۔",
        "page.done": "ہو گیا",
        "page.write": "اپنے الفاظ میں لکھیں",
        "page.write.short": "لکھیں",
        "page.send": "بھیجیں",
        "page.skip": "یہ چھوڑ دیں",
        "page.back": "واپس جائیں",
        "page.person": "کسی فرد سے بات کریں",
        "page.numbers": "ہنگامی نمبر",
        "page.more": "مزید",
        "page.stop": "روکیں اور سب ختم کریں",
        "page.sending": "بھیجا جا رہا ہے",
        "page.sent": "بھیج دیا گیا",
        "page.not-sent": "ابھی نہیں بھیجا گیا۔ ہم دوبارہ کوشش کر رہے ہیں۔",
        "page.here": "ایک فرد یہاں موجود ہے۔",
        "page.waiting": "آپ کسی فرد کا انتظار کر رہے ہیں۔ آپ لکھتے رہ سکتے ہیں۔",
    },
}


def say(step: str, language: str) -> list[dict[str, Any]]:
    """The lines of a step, the question last, as the server would frame them."""
    texts = TEXTS.get(language, TEXTS["en"])
    voice = {
        "from": "bot",
        "lang": language if language in TEXTS else "en",
        "dir": "rtl" if language == "ur" else "ltr",
        "allowed": list(ALLOWED),
        "silent": STEPS[step].get("silent", False),
    }
    before = [
        {**voice, "text": texts[key], "choices": [], "expects": "nothing"}
        for key in STEPS[step].get("says", ())
    ]
    spec = STEPS[step]
    choices = [{"value": key, "label": texts[key]} for key in spec.get("choices", ())]
    question = {
        **voice,
        "step": step,
        "text": texts[spec["ask"]],
        "why": texts.get(spec.get("why", "")),
        "choices": choices,
        "expects": spec.get("expects", "one"),
    }
    return [*before, question]
