"""What software says about files that units upload: why a whole file (`sheet.*`) or a cell of a row (`cell.*`) is refused."""

from collections.abc import Mapping

SHEET_WORDS: Mapping[str, tuple[str, str]] = {
    # Whole files
    "sheet.empty": ("Tệp không có dữ liệu.", "The file is empty."),
    "sheet.large": ("Tệp lớn hơn {most} MB.", "The file is larger than {most} MB."),
    "sheet.rows": (
        "Tệp có hơn {most} dòng. Vui lòng chia thành nhiều tệp.",
        "The file has more than {most} rows. Please divide it.",
    ),
    "sheet.wide": (
        "Dòng {row} có hơn {most} cột.",
        "Row {row} has more than {most} columns.",
    ),
    "sheet.cell": (
        "Dòng {row} có ô dài hơn {most} ký tự; có thể thiếu dấu ngoặc kép đóng.",
        "Row {row} has a cell of more than {most} characters; a closing quotation mark may be missing.",
    ),
    "sheet.old_or_locked": (
        "Tệp là Excel kiểu cũ (.xls) hoặc có mật khẩu. Vui lòng lưu thành .xlsx không đặt mật khẩu, hoặc CSV UTF-8.",
        "The file is of old Excel (.xls) or has a password. Please save it as .xlsx without one, or as CSV UTF-8.",
    ),
    "sheet.broken": (
        "Tệp không phải CSV hay XLSX, hoặc đã hỏng.",
        "The file is neither CSV nor XLSX, or it is damaged.",
    ),
    "sheet.broken_row": (
        "Tệp hỏng ở khoảng dòng {row}.",
        "The file is damaged around row {row}.",
    ),
    "sheet.bomb": (
        "Tệp nén bất thường nên không được mở.",
        "The file is compressed in an unusual way and was not opened.",
    ),
    "sheet.epoch": (
        "Tệp dùng hệ ngày 1904. Vui lòng tắt tùy chọn này trong Excel rồi lưu lại.",
        "The file counts days from 1904. Please switch that off in Excel and save it again.",
    ),
    "sheet.encoding": (
        "Không nhận ra bảng mã của tệp. Vui lòng lưu thành CSV UTF-8 hoặc XLSX với phông Unicode.",
        "The file's encoding is not recognised. Please save it as CSV UTF-8 or as XLSX in a Unicode font.",
    ),
    "sheet.unknown_columns": (
        "Có cột không thuộc mục này: {columns}. Dòng đầu của tệp phải là tên cột.",
        "Some columns are not this offer's: {columns}. The first row must name the columns.",
    ),
    "sheet.no_header": (
        "Dòng đầu của tệp phải là tên cột; không ô nào của dòng đó là tên cột của mục này.",
        "The first row must name the columns; none of its cells names one of this offer's.",
    ),
    "sheet.missing_columns": ("Thiếu cột: {columns}.", "Columns are missing: {columns}."),
    "sheet.twice": ("Cột lặp lại: {columns}.", "Columns stand twice: {columns}."),
    "sheet.no_offer": (
        "Mục dữ liệu hoặc nguồn này không còn trong danh mục tiện ích.",
        "This offer or feed is no longer in the catalogue of utilities.",
    ),
    "sheet.no_good_row": (
        "Không dòng nào của tệp dùng được; dữ liệu cũ giữ nguyên.",
        "No row of the file can be used; the data stays as it was.",
    ),
    # Cells
    "cell.missing": ("bắt buộc", "required"),
    "cell.beyond": ("có ô nằm ngoài {most} cột của tệp", "has cells beyond the file's {most} columns"),
    "cell.formula": (
        "bắt đầu như một công thức (=, @, +, dấu tab); hãy ghi giá trị",
        "begins as a formula does (=, @, +, a tab); write the value",
    ),
    "cell.control": ("có ký tự điều khiển", "has control characters"),
    "cell.error": ("là lỗi của bảng tính", "is an error of the spreadsheet"),
    "cell.font": (
        "có vẻ gõ bằng phông TCVN3 (ABC) hoặc VNI; hãy chuyển sang Unicode",
        "seems to be typed in a TCVN3 (ABC) or VNI font; change it to Unicode",
    ),
    "cell.text": ("phải là văn bản", "must be text"),
    "cell.record": ("có tổng cộng quá nhiều chữ, tối đa {most} KB", "has too much text in all, at most {most} KB"),
    "cell.rounded": (
        "là số dài đã bị bảng tính làm tròn; hãy định dạng cột là Text",
        "is a long number that the spreadsheet has rounded; format the column as text",
    ),
    "cell.long": ("dài tối đa {most} ký tự", "has at most {most} characters"),
    "cell.short": ("dài tối thiểu {least} ký tự", "has at least {least} characters"),
    "cell.number": ("phải là số", "must be a number"),
    "cell.ambiguous": (
        "có thể hiểu thành hai số khác nhau; hãy viết 1234 (không có dấu hàng nghìn) hoặc 1,2340 (đủ bốn chữ số lẻ)",
        "can be read as two numbers; write 1234 (without groups of thousands) or 1,2340 (with four decimals)",
    ),
    "cell.low": ("nhỏ nhất là {least}", "is at least {least}"),
    "cell.high": ("lớn nhất là {most}", "is at most {most}"),
    "cell.money": ("phải là số tiền nguyên đồng, ví dụ 1.234.567", "must be whole dong, as in 1.234.567"),
    "cell.date": ("phải là ngày dạng dd/mm/yyyy", "must be a day as dd/mm/yyyy"),
    "cell.moment": ("phải là ngày giờ dạng dd/mm/yyyy HH:MM", "must be a day and time as dd/mm/yyyy HH:MM"),
    "cell.flag": ("phải là có hoặc không", "must be yes or no"),
    "cell.phone": ("phải là số điện thoại của Việt Nam", "must be a telephone number of Vietnam"),
    "cell.link": ("phải là đường dẫn https", "must be an https link"),
    "cell.choice": ("phải là một trong: {choices}", "must be one of: {choices}"),
    "cell.hours": (
        "phải là giờ mở cửa, ví dụ T2-T6 07:30-11:30, 13:30-17:00; T7 nghỉ",
        "must be opening hours, such as T2-T6 07:30-11:30, 13:30-17:00",
    ),
    "cell.steps": ("phải là các cặp lượng:giá, ví dụ 50:1984; 50:2050", "must be pairs as 50:1984; 50:2050"),
    "cell.entries": ("có từ 1 đến {most} mục, cách nhau bằng dấu chấm phẩy", "has 1 to {most} entries, divided by ;"),
    "cell.area": ("không có địa bàn này", "there is no such area"),
    "cell.areas": (
        "có {found} địa bàn cùng tên; hãy ghi kèm tên huyện hoặc ghi mã",
        "{found} areas have this name; add the district or write the code",
    ),
    "cell.id": (
        "chỉ gồm chữ không dấu, chữ số, dấu chấm, gạch ngang, gạch dưới",
        "has only letters without diacritics, digits, dots, dashes and underscores",
    ),
    "cell.code": ("phải có chữ hoặc chữ số", "must have letters or digits"),
    "cell.period": ("phải là một kỳ, ví dụ 10/2026, không có dấu #", "must be a period such as 10/2026, without #"),
    "cell.other_code": ("không phải mã của nguồn dữ liệu này", "is not a code of this feed"),
    "cell.other_month": ("không thuộc tháng đã chọn khi tải lên", "does not lie in the month of the upload"),
    "cell.other_area": ("nằm ngoài địa bàn của nguồn dữ liệu này", "lies outside the areas of this feed"),
    "cell.ends_before": ("kết thúc trước khi bắt đầu", "ends before it begins"),
    "cell.twice": ("trùng với dòng {row}", "is the same as in row {row}"),
}
