"""The words of the field in three languages, as ``docs/glossary.md`` has them; a test holds both.

Each word is French, English, Arabic; an Arabic word that awaits a native reader is doubtful.
"""

from __future__ import annotations

from dataclasses import dataclass

from application.language import Language
from hospital.errors import Sentence, say


@dataclass(frozen=True, slots=True)
class Word:
    """One thing, and what it is called."""

    french: str
    english: str
    arabic: str
    is_doubtful: bool = False

    def in_language(self, language: Language) -> str:
        """What it is called in this language."""
        names = {
            Language.FRENCH: self.french,
            Language.ENGLISH: self.english,
            Language.ARABIC: self.arabic,
        }
        return names[language]


GLOSSARY: dict[Sentence, tuple[Word, ...]] = {
    say("Places and beds"): (
        Word("lit", "bed", "سرير"),
        Word("lits ouverts, lits fermés", "beds opened, beds closed", "أسرّة مفتوحة، أسرّة مغلقة"),
        Word("box", "cubicle (emergency department)", "حجرة فحص", is_doubtful=True),
        Word("unité", "unit", "وحدة"),
        Word("service d'hospitalisation", "ward", "مصلحة الاستشفاء"),
        Word("urgences", "emergency department", "المستعجلات"),
        Word("soins intensifs", "high dependency", "العناية المركزة", is_doubtful=True),
        Word("réanimation", "intensive care", "الإنعاش"),
        Word("bloc opératoire", "theatre suite", "المركب الجراحي", is_doubtful=True),
        Word("salle", "room", "قاعة"),
        Word("pharmacie", "pharmacy", "الصيدلية"),
        Word(
            "GST (groupement sanitaire territorial)",
            "territorial health group",
            "المجموعة الصحية الترابية",
        ),
        Word("province", "province", "إقليم"),
    ),
    say("Patients and indicators"): (
        Word("passage aux urgences", "emergency visit", "زيارة للمستعجلات"),
        Word("admission", "admission", "قبول"),
        Word("admission programmée", "elective", "قبول مبرمج"),
        Word("séjour", "stay", "إقامة"),
        Word("tri", "triage", "الفرز"),
        Word("attente d'un lit après admission", "boarding", "انتظار سرير بعد القبول"),
        Word("parti sans être vu", "left without being seen", "مغادر دون فحص"),
        Word("transfert", "transfer", "تحويل"),
        Word("journées d'hospitalisation", "bed-days", "أيام الاستشفاء"),
        Word("TOM (taux d'occupation moyen)", "mean occupancy", "متوسط نسبة الإشغال"),
        Word("DMS (durée moyenne de séjour)", "mean length of stay", "متوسط مدة الإقامة"),
        Word(
            "patients par lit et par mois (rotation)",
            "patients per bed per month",
            "المرضى لكل سرير في الشهر",
        ),
        Word("médiane, 90e centile", "median, 90th percentile", "الوسيط، المئين 90"),
        Word("écart entre groupes", "gap between groups", "الفارق بين الفئات"),
        Word("équité", "fairness, equity", "الإنصاف"),
        Word("indicateur", "indicator", "مؤشر"),
    ),
    say("Forecast and twin"): (
        Word("prévision", "forecast", "توقع"),
        Word("intervalle", "interval", "مجال"),
        Word("historique", "history", "البيانات السابقة"),
        Word("jumeau numérique", "digital twin", "التوأم الرقمي"),
        Word("réplication", "replication", "تكرار المحاكاة", is_doubtful=True),
        Word("scénario", "scenario", "سيناريو"),
        Word("situation de référence", "baseline", "الوضع المرجعي"),
        Word("différence appariée", "paired difference", "فرق مقترن"),
        Word("graine", "seed", "البذرة العشوائية", is_doubtful=True),
        Word("données fictives", "synthetic data", "بيانات اصطناعية"),
        Word("calcul", "run", "عملية الحساب", is_doubtful=True),
        Word("cycle de planification", "loop", "دورة التخطيط"),
    ),
    say("Staff"): (
        Word("tableau de service", "staff roster", "جدول الخدمة", is_doubtful=True),
        Word("poste", "shift, duty", "نوبة", is_doubtful=True),
        Word("non pourvu", "unfilled", "غير مشغول"),
        Word("congé", "leave", "رخصة"),
        Word("souhait", "wish, request", "رغبة"),
        Word("compétence", "skill", "كفاءة"),
        Word("non-respect", "violation", "مخالفة"),
        Word("jour férié", "public holiday", "عطلة رسمية"),
        Word("heures infirmières", "nurse hours", "ساعات التمريض"),
    ),
    say("Surgery"): (
        Word("programme opératoire", "theatre list", "برنامج العمليات"),
        Word("vacation opératoire", "session", "حصة جراحية", is_doubtful=True),
        Word("intervention", "procedure, operation", "عملية جراحية"),
        Word("chirurgien", "surgeon", "جراح"),
        Word("liste d'attente", "waiting list", "لائحة الانتظار"),
        Word(
            "urgent, semi-urgent, non urgent",
            "urgent, semi-urgent, routine",
            "مستعجل، شبه مستعجل، عادي",
            is_doubtful=True,
        ),
    ),
    say("Medicines"): (
        Word("médicament", "medicine", "دواء"),
        Word("commande", "order", "طلبية"),
        Word("boîte", "pack", "علبة"),
        Word("fournisseur", "supplier", "ممون"),
        Word("stock disponible", "stock on hand", "المخزون المتوفر"),
        Word("en commande", "on order", "قيد الطلب"),
        Word("stock de sécurité", "safety stock", "مخزون الأمان"),
        Word("rupture de stock", "stock-out", "نفاد المخزون"),
        Word("péremption", "expiry", "انتهاء الصلاحية"),
        Word("livraison", "delivery", "التسليم"),
        Word("revue du stock", "review", "مراجعة المخزون", is_doubtful=True),
        Word("vital", "vital", "حيوي"),
        Word("quantité proposée", "suggested quantity", "الكمية المقترحة"),
    ),
    say("Decisions"): (
        Word("proposition", "recommendation", "اقتراح"),
        Word("brouillon", "draft", "مسودة"),
        Word("accepter, modifier, rejeter", "accept, modify, reject", "قبول، تعديل، رفض"),
        Word("accepté, modifié, rejeté", "accepted, modified, rejected", "مقبول، معدَّل، مرفوض"),
        Word("motif", "reason", "السبب"),
        Word("personne nommément désignée", "named person", "شخص محدد بالاسم"),
        Word("registre des décisions", "record of decisions", "سجل القرارات", is_doubtful=True),
        Word("journal", "audit log", "سجل التتبع"),
        Word("empreinte", "fingerprint, hash", "البصمة الرقمية"),
        Word("responsable du GST", "GST manager", "مسؤول المجموعة الصحية الترابية"),
        Word("responsable de la planification", "scheduler", "مسؤول التخطيط", is_doubtful=True),
        Word("tableau de bord", "dashboard", "لوحة القيادة"),
        Word("alerte", "alert", "تنبيه"),
    ),
    say("Files"): (
        Word("dossier", "folder", "مجلد"),
        Word("fichier", "file", "ملف"),
        Word("table", "table", "جدول"),
        Word("ligne", "row", "سطر"),
        Word("colonne", "column", "عمود"),
        Word("cellule", "cell", "خانة"),
        Word("en-tête", "header", "سطر العناوين"),
        Word("modèle", "template", "نموذج"),
        Word("code", "code", "رمز"),
    ),
}
"""The words, by the part of the work in which a person meets them."""
