"""What software says about the utilities and their data; part of WORDS (words.py)."""

from collections.abc import Mapping

LOOKUP_WORDS: Mapping[str, tuple[str, str]] = {
    "error.upstream_down": (
        "Hệ thống của đơn vị cung cấp đang gián đoạn. Vui lòng thử lại sau ít phút.",
        "The provider's system does not answer right now. Please try again in a few minutes.",
    ),
    "error.utility_not_found": ("Không có tiện ích này.", "There is no such utility."),
    "error.offer_not_found": ("Tiện ích không có mục này.", "The utility has no such offer."),
    "error.utility_suspended": ("Tiện ích tạm ngừng: {reason}", "The utility is suspended: {reason}"),
    # What a utility of the catalogue must be
    "field.twice": ("có mục lặp lại", "has an entry twice"),
    "field.role_twice": ("có hơn một cột mang vai trò: {roles}", "has more than one column of the roles: {roles}"),
    "field.roles_missing": ("thiếu cột mang vai trò: {roles}", "has no column of the roles: {roles}"),
    "field.label_twice": (
        "có tên cột hoặc nhãn đọc giống nhau: {labels}",
        "has names or labels of columns that read the same: {labels}",
    ),
    "field.regular": (
        "phải là biểu thức chính quy hợp lệ, tối đa {most} ký tự",
        "must be a valid regular expression of at most {most} characters",
    ),
    "field.other_than_path": ("phải trùng với mã trên đường dẫn", "must be the one in the path"),
    # Uploads
    "error.upload_ended": ("Lần tải lên này đã kết thúc.", "This upload has ended."),
    "error.upload_month": (
        "Nguồn dữ liệu theo tháng cần có tháng dạng YYYY-MM; nguồn khác thì không ghi tháng.",
        "A feed by months needs a month as YYYY-MM; other feeds take none.",
    ),
    "error.no_previous": (
        "Không có phiên bản trước để khôi phục.",
        "There is no version before this one to go back to.",
    ),
    "error.sheet": ("Tệp không đọc được.", "The file cannot be read."),
    "field.period": (
        "không được trước ngày bắt đầu, và khoảng thời gian không quá {most} ngày",
        "must not be before the first day, and the period must not have more than {most} days",
    ),
}
