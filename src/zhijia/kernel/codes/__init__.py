"""Codes people and units are known by: checked, normalised, made up for nobody (ORG-17, GB 11643, GB 32100).

Every `*_error(text)` answers a stable reason code or None; the sentences live with the callers. `REASONS`
lists all codes there are, so that a caller can prove it has a sentence for each.
"""

from zhijia.kernel.codes import credit, documents, members, mobile
from zhijia.kernel.codes.columns import (
    born_and_sex,
    check_mobiles,
    check_resident_ids,
    member_numbers,
    sound_mobiles,
    sound_resident_ids,
)
from zhijia.kernel.codes.credit import employer_code_error, normal_code, union_code_error
from zhijia.kernel.codes.documents import id_number_error, normal_id_number
from zhijia.kernel.codes.members import member_number, member_number_error, with_check_digit
from zhijia.kernel.codes.mobile import account_error, mobile_error, normal_account, normal_mobile
from zhijia.kernel.codes.resident import (
    ResidentIdParts,
    normal_resident_id,
    resident_id_error,
    resident_id_parts,
)
from zhijia.kernel.codes.synthetic import (
    is_synthetic_mobile,
    synthetic_account,
    synthetic_employer_code,
    synthetic_mobile,
    synthetic_resident_id,
    synthetic_resident_ids,
    synthetic_union_code,
)

REASONS = (*documents.REASONS, *credit.REASONS, *mobile.REASONS, *mobile.ACCOUNT_REASONS, *members.REASONS)

__all__ = [
    "REASONS",
    "ResidentIdParts",
    "account_error",
    "born_and_sex",
    "check_mobiles",
    "check_resident_ids",
    "employer_code_error",
    "id_number_error",
    "is_synthetic_mobile",
    "member_number",
    "member_number_error",
    "member_numbers",
    "mobile_error",
    "normal_account",
    "normal_code",
    "normal_id_number",
    "normal_mobile",
    "normal_resident_id",
    "resident_id_error",
    "resident_id_parts",
    "sound_mobiles",
    "sound_resident_ids",
    "synthetic_account",
    "synthetic_employer_code",
    "synthetic_mobile",
    "synthetic_resident_id",
    "synthetic_resident_ids",
    "synthetic_union_code",
    "union_code_error",
    "with_check_digit",
]
