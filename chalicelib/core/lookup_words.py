"""What software says about the utilities and their data; part of WORDS (words.py)."""

from collections.abc import Mapping

LOOKUP_WORDS: Mapping[str, tuple[str, str]] = {
    "error.upstream_down": (
        "Hệ thống của đơn vị cung cấp đang gián đoạn. Vui lòng thử lại sau ít phút.",
        "The provider's system does not answer right now. Please try again in a few minutes.",
    ),
    "error.provider_not_connected": (
        "Chưa kết nối được với hệ thống của đơn vị cung cấp.",
        "There is no connection to the provider's system yet.",
    ),
    # Accounts
    "error.account_not_found": (
        "Không tìm thấy thông tin: mã hoặc thông tin xác nhận không đúng.",
        "Nothing was found: the code or what should confirm it is not right.",
    ),
    "error.nothing_known": ("Chưa có dữ liệu cho mã này.", "There are no data for this code."),
    "error.saved_code_not_found": ("Bạn chưa lưu mã này.", "You have saved no such code."),
    "error.saved_codes_full": (
        "Bạn đã lưu đủ {most} mã. Vui lòng xóa bớt trước khi lưu thêm.",
        "You have saved {most} codes already. Please remove one before saving another.",
    ),
    "error.verify_again": (
        "Thông tin xác nhận của mã này đã thay đổi. Vui lòng nhập lại để lưu mã.",
        "What confirms this code has changed. Please enter it again to save the code.",
    ),
    "error.utility_paused": ("Tiện ích đang tạm ngừng.", "The utility is suspended for now."),
    "field.remind": ("chỉ dùng cho hóa đơn", "is for bills only"),
    # Utilities
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
        "phải là mẫu mã gồm chữ in hoa, chữ số, nhóm trong ngoặc vuông và số lần cố định, tối đa {most} ký tự",
        "must be a pattern of capital letters, digits, classes in brackets and exact counts, of at most {most} characters",
    ),
    "field.other_than_path": ("phải trùng với mã trên đường dẫn", "must be the one in the path"),
    # Uploads
    "error.feed_not_found": (
        "Không có nguồn dữ liệu này để tải tệp lên.",
        "There is no such source of data to upload files for.",
    ),
    "error.upload_not_found": ("Không có lần tải lên này.", "There is no such upload."),
    "error.other_unit": (
        "Nguồn dữ liệu này thuộc đơn vị khác; tài khoản của bạn không tải lên được.",
        "This source of data belongs to another unit; your account may not upload it.",
    ),
    "field.sheet_name": ("phải là tệp .csv hoặc .xlsx", "must be a .csv or .xlsx file"),
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
    # Places and boards
    "error.posting_not_found": (
        "Không có thông báo này cho địa bàn, hoặc thông báo đã hết hiệu lực.",
        "There is no such notice for the area, or it is over.",
    ),
    "error.no_receipt_asked": ("Mục này không cần xác nhận đã nhận.", "Nothing here asks to be confirmed."),
    "field.where": (
        "cần tọa độ (lat và long), địa bàn (area) hoặc tên (q)",
        "give a point (lat and long), an area, or a name (q)",
    ),
    "field.word": ("phải có ít nhất một từ dài từ 2 chữ cái", "must have a word of two letters at least"),
    "field.only": (
        "phải có dạng cột:giá trị, cách nhau bằng dấu chấm phẩy, với cột là một trong: {columns}",
        "must be column:value, parted by semicolons, with one of the columns: {columns}",
    ),
    "field.only_value": ("cột {column} chỉ nhận: {values}", "takes for {column} only: {values}"),
    "alarm.none": ("Dưới báo động 1", "Below alarm 1"),
    "alarm.reached": ("Đã đạt báo động {stage}", "Alarm {stage} reached"),
    "field.before_from": ("phải là ngày from hoặc sau đó", "must be the day from or later"),
}
