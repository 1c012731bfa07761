"""What users read at run time, in Chinese and English, by key.

Chinese is the default. Nothing here says what code page 936 (GBK) cannot show, since that is the console of most users;
a test encodes every message. Labels of reports stand in :mod:`wenti.rendering.labels`.
"""

from __future__ import annotations

LANGUAGES = ("zh", "en")

MESSAGES: dict[str, tuple[str, str]] = {
    # Errors: the reason, then the remedy. File and place are put before them by WentiError.describe.
    "error": ("错误：", "error: "),
    "line": ("第{line}行", "line {line}"),
    "file_missing": ("找不到文件；请检查路径是否正确", "no such file; check the path"),
    "file_unreadable": (
        "无法读取（{detail}）；请检查文件权限，或关闭正在使用它的程序",
        "cannot be read ({detail}); check its permissions or close the program that uses it",
    ),
    "file_unwritable": (
        "无法写入（{detail}）；如果已在 Word、Excel 等程序中打开，请先关闭，或换一个文件名；原文件未被改动",
        "cannot be written ({detail}); close it in Word or Excel, or name another file; the old file is untouched",
    ),
    "file_empty": ("文件是空的；请换一个有内容的文件", "the file is empty; name one with content"),
    "file_given_twice": (
        "这个文件给出了两次，只计一次；请去掉一处",
        "this file is given twice, counted once; leave one out",
    ),
    "file_duplicate": ("内容与 {first} 完全相同，只计一次", "same content as {first}, counted once"),
    "file_too_large": (
        "文件超过 {limit} MB；请拆分后重试",
        "the file is larger than {limit} MB; split it and try again",
    ),
    "folder_empty": (
        "文件夹里没有可读取的报告；目前可读取的格式：{suffixes}",
        "the folder holds no readable report; formats read: {suffixes}",
    ),
    "format_unknown": (
        "不支持的文件格式“{suffix}”；目前可读取：{suffixes}，请先另存为其中一种",
        'unknown format "{suffix}"; save it as one of: {suffixes}',
    ),
    "file_damaged": (
        "文件已损坏，或不是“{format}”格式（{detail}）；请用原来的软件打开后重新保存",
        "the file is damaged or no {format} ({detail}); open it in the program that made it and save it again",
    ),
    "file_locked": (
        "文件设有密码，无法读取；请取消密码后重试",
        "the file is protected by a password; remove it and try again",
    ),
    "file_without_text": (
        '文件里没有文字；如果是扫描件，请安装文字识别组件后重试：pip install "wenti[ocr]"',
        'the file holds no text; if it is a scan, install text recognition and try again: pip install "wenti[ocr]"',
    ),
    "extra_missing": (
        '读取“{format}”需要可选组件；请先运行：pip install "wenti[{extra}]"',
        'reading {format} needs an optional package; run: pip install "wenti[{extra}]"',
    ),
    "office_missing": (
        "读取“{format}”需要 LibreOffice（免费）；请安装后重试，或用 Word、WPS 打开后另存为 .docx",
        "reading {format} needs LibreOffice (free); install it, or open the file in Word or WPS and save it as .docx",
    ),
    "unpacked_too_large": (
        "解压后超过 {limit} MB，可能是压缩炸弹；请确认来源，或拆分后重试",
        "unpacks to more than {limit} MB, which may be an attack; check where it comes from, or split it",
    ),
    "pages_too_many": (
        "超过 {limit} 页；请拆分后重试",
        "more than {limit} pages; split it and try again",
    ),
    "reading_too_long": (
        "读取超过 {seconds:g} 秒，已停止；请用原来的软件打开后另存，或拆分后重试",
        "reading took more than {seconds:g} s and was stopped; save it again in the program that made it, or split it",
    ),
    "reading_too_large": (
        "读取所占内存超过 {limit} MB，已停止；请拆分后重试",
        "reading took more than {limit} MB of memory and was stopped; split it and try again",
    ),
    "reading_crashed": (
        "读取程序意外退出，文件可能已损坏；请用原来的软件打开后重新保存",
        "what reads it crashed, the file may be damaged; open it in the program that made it and save it again",
    ),
    "read_summary": (
        "共 {files} 个文件：已读取 {read} 个（报告 {reports} 份），跳过 {skipped} 个",
        "{files} files: {read} read ({reports} reports), {skipped} skipped",
    ),
    "pages_unread": (
        '{path}：第 {pages} 页是图片，没有读取；请安装文字识别组件后重试：pip install "wenti[ocr]"',
        '{path}: page {pages} is a picture and was not read; install text recognition and try again: pip install "wenti[ocr]"',
    ),
    "archive_members": (
        "压缩包里的文件超过 {limit} 个；请拆分后重试",
        "the archive holds more than {limit} files; split it and try again",
    ),
    "sheet_too_large": (
        "表格超过 {rows} 行或 {columns} 列；请拆分后重试",
        "the sheet has more than {rows} rows or {columns} columns; split it and try again",
    ),
    "archive_path": (
        "压缩包内的路径“{name}”指向包外，已跳过；请确认来源",
        'the path "{name}" leads out of the archive and was passed over; check where it comes from',
    ),
    "archive_nested": (
        "压缩包里的压缩包不再展开；请先解压后重试",
        "an archive inside an archive is not opened; unpack it first",
    ),
    "file_same_text": (
        "与 {first} 是同一份报告（格式或文件不同），只计一次",
        "the same report as {first} in another file, counted once",
    ),
    "units_columns": (
        "单位表里没有“全称”或“单位名称”一列；请在表头写明：全称、简称、行业、地区（后三列可省）",
        "the table of units has no column 全称 or 单位名称; head its columns 全称, 简称, 行业, 地区 (all but the first may be missing)",
    ),
    "units_ambiguous": (
        "名称“{name}”既属于“{first}”又属于“{second}”；请只保留一处",
        'the name "{name}" belongs to both "{first}" and "{second}"; keep it with one',
    ),
    "encoding_unknown": (
        "编码既不是 UTF-8 也不是 GB18030（第{offset}字节处无法解码）；请另存为 UTF-8 后重试",
        "neither UTF-8 nor GB18030 (byte {offset} cannot be decoded); save it as UTF-8 and try again",
    ),
    "encoding_not_utf8": (
        "不是 UTF-8 编码（第{offset}字节处无法解码）；请另存为 UTF-8 后重试",
        "not UTF-8 (byte {offset} cannot be decoded); save it as UTF-8 and try again",
    ),
    "not_a_report": (
        "没有找到评价报告的结构（如“项目名称：”“主要问题”“整改要求”）；请确认这是绩效评价结果；单句可用 classify 判别",
        "no structure of an evaluation report found (such as 项目名称：, 主要问题, 整改要求); check that it is one; "
        "use classify for single statements",
    ),
    "output_suffix_missing": (
        "输出文件名没有后缀，不知写成哪种格式；请在文件名后加上：{suffixes}",
        "the name of the output has no suffix, which says the format; end it in one of: {suffixes}",
    ),
    "output_twice": (
        "两处输出是同一个文件；请换一个文件名",
        "two outputs are the same file; name another",
    ),
    "output_suffix_unknown": (
        "不支持输出为“{suffix}”；请把文件名的后缀改为：{suffixes}",
        'cannot write "{suffix}"; end the file name in one of: {suffixes}',
    ),
    "model_missing": (
        "没有找到模型（缺少 {missing}）；请检查 --model 或 WENTI_MODEL 所指的文件夹，或重新安装 wenti",
        "no model found ({missing} is missing); check the folder named by --model or WENTI_MODEL, or reinstall wenti",
    ),
    "model_damaged": (
        "模型已损坏（{detail}）；请重新安装 wenti，或用 wenti train 重新训练",
        "the model is damaged ({detail}); reinstall wenti or rebuild it with wenti train",
    ),
    "model_unsigned": (
        "模型中没有训练语句的特征码，无法检查测试语句是否参与过训练；请用 wenti train 重新训练",
        "the model holds no signatures of its training statements, so leaks cannot be found; rebuild it with wenti train",
    ),
    "model_format": (
        "模型格式版本是 {found}，本程序只认 {expected}；请安装与模型匹配的 wenti，或用 wenti train 重新训练",
        "the model has format {found}, this program reads {expected}; install a matching wenti or run wenti train",
    ),
    "model_taxonomy": (
        "模型中的问题类型“{label}”不在此分类体系中；请用该分类体系重新训练（wenti train --taxonomy），或换回原分类体系",
        'the model\'s type "{label}" is not in this taxonomy; train with it (wenti train --taxonomy) or use the former one',
    ),
    "taxonomy_syntax": ("不是有效的 YAML（{detail}）；请按提示修改", "not valid YAML ({detail}); mend it there"),
    "taxonomy_duplicate": (
        "编号“{id}”重复（首次出现在第{first}行）；每个编号只能用一次，请改名",
        'id "{id}" occurs twice (first in line {first}); ids are unique, rename one',
    ),
    "taxonomy_id": (
        "编号“{id}”不合规；请只用小写字母、数字和下划线，并以字母开头",
        'bad id "{id}"; use lower-case letters, digits and underscores, a letter first',
    ),
    "taxonomy_field": (
        "“{id}”缺少“{field}”或内容为空；请补上",
        '"{id}" lacks "{field}", or it is empty; add it',
    ),
    "taxonomy_unknown_field": (
        "“{id}”有不认识的字段“{field}”；可用字段：{fields}",
        '"{id}" has an unknown field "{field}"; known fields: {fields}',
    ),
    "taxonomy_mapping": ("“{id}”应由“字段: 值”组成；请修改", '"{id}" should consist of "field: value" lines; mend it'),
    "taxonomy_text": ("“{id}”的“{field}”应为一段文字；请修改", '"{id}": "{field}" should be a text; mend it'),
    "taxonomy_list": ("“{id}”的“{field}”应为列表；请修改", '"{id}": "{field}" should be a list; mend it'),
    "taxonomy_key_figure": (
        "“{id}”的 key_figure“{value}”不认识；可用：{values}",
        '"{id}" has an unknown key_figure "{value}"; known: {values}',
    ),
    "taxonomy_kinds": (
        "kinds 必须恰好是：{expected}（现在是：{found}）；请修改",
        "kinds must be exactly: {expected} (found: {found}); mend them",
    ),
    "corpus_header": (
        "表头应以“kind、types、text”开头且各列用制表符分隔（现在是“{found}”）；请补上表头，或用 wenti corpus import 导入",
        'the header must begin with "kind, types, text", separated by tabs (found "{found}"); add one, or use wenti corpus import',
    ),
    "corpus_columns": (
        "应有 {expected} 列，实有 {found} 列；请检查制表符",
        "expected {expected} columns, found {found}; check the tabs",
    ),
    "corpus_kind": ("陈述性质“{kind}”不认识；可用：{kinds}", 'unknown kind "{kind}"; known: {kinds}'),
    "corpus_type": (
        "问题类型“{label}”不在分类体系中；请用 wenti taxonomy show 查对",
        'type "{label}" is not in the taxonomy; look it up with wenti taxonomy show',
    ),
    "corpus_type_repeated": ("问题类型“{label}”重复；请删去一个", 'type "{label}" is given twice; remove one'),
    "corpus_text": ("语句是空的；请补上或删去该行", "the text is empty; fill it in or delete the row"),
    "corpus_types_missing": (
        "建议至少要有一个问题类型；请按标注规则补上",
        "a recommendation has at least one type; add it by the guidelines",
    ),
    "corpus_duplicate": (
        "语句与{first}重复；请删去一处",
        "the same text stands in {first}; remove one",
    ),
    "corpus_contradiction": (
        "语句与{first}相同但标注不同；请按标注规则统一",
        "the same text stands in {first} with other labels; settle them by the guidelines",
    ),
    "corpus_year": ("年度“{year}”不是四位数字；请改正", 'year "{year}" is not four digits; mend it'),
    "corpus_text_cut": (
        "语句超过 Excel 单元格的字数上限，后面的部分没有了；请把该行改为未复核后重试",
        "the text is longer than a cell of Excel can be, and its end is missing; set the row to not reviewed",
    ),
    # The workbook of a review
    "review_sheet": (
        "不是复核表：没有一张工作表同时有“语句”“性质”“类型1”各列；请使用 wenti report 写出的复核表",
        "no workbook of a review: no sheet has the columns Statement, Kind and Type 1; name one that wenti report wrote",
    ),
    "review_kind": (
        "工作表“{sheet}”第 {rows} 行的性质无法识别（“{found}”）；请从下拉列表中选择",
        'sheet "{sheet}", row {rows}: unknown kind ("{found}"); pick one from the list',
    ),
    "review_type": (
        "工作表“{sheet}”第 {rows} 行的类型无法识别（“{found}”）；请从下拉列表中选择，没有可归的类型就留空",
        'sheet "{sheet}", row {rows}: unknown type ("{found}"); pick one from the list, or none',
    ),
    "review_mark": (
        "工作表“{sheet}”第 {rows} 行的“已复核”无法识别（“{found}”）；请选“是”或留空",
        'sheet "{sheet}", row {rows}: Reviewed is neither yes nor empty ("{found}"); mend it',
    ),
    "review_year": (
        "工作表“{sheet}”第 {rows} 行的年度不是四位数字（“{found}”）；请改正或留空",
        'sheet "{sheet}", row {rows}: the year is not four digits ("{found}"); mend it or leave it empty',
    ),
    "review_score": (
        "工作表“{sheet}”第 {rows} 行的得分不是数字（“{found}”）；请改正或留空",
        'sheet "{sheet}", row {rows}: the score is no number ("{found}"); mend it or leave it empty',
    ),
    "review_twice": (
        "工作表“{sheet}”第 {rows} 行与第 {first} 行是同一条语句，改法却不同（“{found}”）；请只留一行",
        'sheet "{sheet}", row {rows} is the same statement as row {first}, corrected otherwise ("{found}"); keep one',
    ),
    "review_nothing": (
        "没有复核过的语句；请在“已复核”一列选“是”，或改正性质、类型后重试",
        "no statement is reviewed; set Reviewed to yes or correct kinds and types, and try again",
    ),
    "review_rows_many": (
        "共 {rows} 条语句，超过复核表的上限 {most} 条；请分几批报告，各写一张复核表",
        "{rows} statements are more than the {most} of a review; write one for each of several batches of reports",
    ),
    "review_too_large": (
        "语句文字太多，复核表超过 {limit} MB；请分几批报告，各写一张复核表",
        "the texts take more than {limit} MB; write one workbook for each of several batches of reports",
    ),
    "type_not_learned": (
        "模型没有学过问题类型“{label}”；请用含有该类型的语料重新训练（wenti train），或换用学过它的模型（--model）",
        'the model has not learned type "{label}"; train on a corpus that has it (wenti train) or name another with --model',
    ),
    "leaks_found": (
        "有 {count} 条语句与模型的训练语句相同或近似，指标会虚高；请换用未参与训练的语句，或加 --drop-leaks 将其剔除",
        "{count} statements are, exactly or nearly, among what the model was trained on, which would flatter it; "
        "name others, or leave these out with --drop-leaks",
    ),
    "nothing_left": (
        "剔除与训练语句相同或近似的 {count} 条后没有剩下语句；请换用未参与训练的语句",
        "nothing is left without the {count} statements that the model was trained on; name others",
    ),
    "drop_leaks_alone": (
        "--drop-leaks 只用于标注文件；请写出要检验的文件，或去掉该选项",
        "--drop-leaks is about labelled files; name one, or leave the option out",
    ),
    "folds_author": (
        "作者“{author}”没有对应的语料文件；请改正或删去该行",
        'no file of the corpus is by author "{author}"; mend or delete the line',
    ),
    "folds_few": ("至少要有 {least} 个不同的分组；请补上", "at least {least} different folds are needed; add some"),
    "folder_of_tables": (
        "文件夹里没有报告，只有表格；请把输出写成文件夹（不带后缀），各表格分别写入其中",
        "the folder holds tables and no reports; name a folder as output, without suffix, for each table to go into",
    ),
    "not_a_folder": ("不是文件夹；请换一个输出位置", "is no folder; write elsewhere"),
    "not_a_model_folder": (
        "文件夹里有别的文件，却没有模型；为免覆盖，请换一个空文件夹",
        "the folder holds other files and no model; name an empty one, so that nothing is lost",
    ),
    "corpus_empty": ("没有找到语料文件（*.tsv）；请检查路径", "no labelled files (*.tsv) found; check the path"),
    "data_missing": (
        "找不到随程序安装的分类体系和模型；请重新安装 wenti",
        "taxonomy and model that ship with wenti are not here; reinstall wenti",
    ),
    "folder_missing": ("找不到文件夹；请先建立，或换一个输出位置", "no such folder; make it or write elsewhere"),
    "file_exists": ("文件已存在；为免覆盖，请换一个文件名", "the file exists; name another, so that nothing is lost"),
    "option_value": (
        "选项 {option} 的值“{value}”无效；可用：{values}",
        'option {option}: bad value "{value}"; one of: {values}',
    ),
    "no_text": (
        '没有要判别的语句；用法：classify "项目预算执行率低"，或用 - 从标准输入逐行读取',
        'nothing to classify; usage: classify "项目预算执行率低", or - to read lines from standard input',
    ),
    "stream_failed": (
        "结果无法输出（{detail}）；请检查磁盘空间或接收输出的程序",
        "the output cannot be written ({detail}); check the disk or the program that reads it",
    ),
    "encoding_garbled": (
        "编码既不是 UTF-8 也不是 GB18030，或者不是文本文件；请另存为 UTF-8 后重试",
        "neither UTF-8 nor GB18030, or no text file; save it as UTF-8 and try again",
    ),
    "columns_taken": (
        "已有名为 {columns} 的列，与要添加的列重名；请先改名",
        "there are columns called {columns} already, as the ones to be added; rename them",
    ),
    "column_unclear": (
        "不知道要判别哪一列（没有名为 {usual} 的列）；请用 --column 指定，现有各列：{columns}",
        "which column to tag? None is called {usual}; name it with --column, there are: {columns}",
    ),
    "column_missing": (
        "没有名为“{column}”的列；请检查 --column，现有各列：{columns}",
        'no column is called "{column}"; check --column, there are: {columns}',
    ),
    "column_no_text": (
        "“{column}”列不是文本（{type}）；请用 --column 指定文本列",
        'column "{column}" holds no text ({type}); name another with --column',
    ),
    "column_of_reports": (
        "--column 和 --sheet 只用于表格；对报告请去掉这些选项",
        "--column and --sheet are about tables; leave them out for reports",
    ),
    "jobs_of_cluster": (
        "--jobs 只用于本机；使用 --dask 时请去掉",
        "--jobs is about this machine; leave it out with --dask",
    ),
    "sheet_alone": ("--sheet 只用于 .xlsx；请去掉该选项", "--sheet is about .xlsx; leave it out"),
    "sheet_without_rows": (
        "工作表“{sheet}”中没有数据行；其他工作表：{sheets}，请用 --sheet 指定其中一个",
        'the sheet "{sheet}" has no rows below its header; others are: {sheets}; pick one with --sheet',
    ),
    "sheet_missing": (
        "没有名为“{sheet}”的工作表；请检查 --sheet，现有：{sheets}",
        'no sheet is called "{sheet}"; check --sheet, there are: {sheets}',
    ),
    "csv_field": (
        "从此行起有一个字段过长，可能是引号没有成对；请检查引号后重试",
        "a field that begins here is too long, maybe a quotation mark is not closed; mend it and try again",
    ),
    "csv_quote": (
        "从此行起有引号没有成对，后面的内容都被当成了一个字段；请检查引号后重试",
        "a quotation mark that opens here is not closed, all below is one field; mend it and try again",
    ),
    "line_too_long": (
        "一行超过 {limit} MB；请确认是按行书写的文本",
        "the line is longer than {limit} MB; check that it is a text of lines",
    ),
    "no_object": (
        "没有一行是 JSON 对象；请确认每行一个对象",
        "no line is a JSON object; write one a line",
    ),
    "parquet_missing": (
        '没有安装 pyarrow；请运行 pip install "wenti[parquet]"',
        'pyarrow is not installed; run: pip install "wenti[parquet]"',
    ),
    "parquet_damaged": (
        "不是完好的 Parquet 文件（{detail}）；请重新生成",
        "no sound Parquet file ({detail}); write it anew",
    ),
    "workbook_damaged": (
        "不是完好的 .xlsx 工作簿（{detail}）；请用 Excel 打开后另存为 .xlsx",
        "no sound .xlsx workbook ({detail}); open it in Excel and save it as .xlsx",
    ),
    "rows_too_many": (
        "共 {rows} 行，超过 Excel 工作表的上限 {most} 行；请改为输出 .csv，或拆分后重试",
        "{rows} rows are more than the {most} of an Excel sheet; write .csv instead, or split the input",
    ),
    "output_suffix_other": (
        "输出格式应与输入相同；请把文件名的后缀改为 {suffix}",
        "the output has the format of the input; end its name in {suffix}",
    ),
    "output_is_input": (
        "输出与输入是同一个位置，或在输入的文件夹里；请换一个位置，以免覆盖原文件",
        "the output is the input, or in its folder; name another place, so that nothing is lost",
    ),
    "output_in_use": (
        "另一个进程正在写这个文件；请等它结束，或换一个文件名",
        "another process is writing this file; wait for it or name another",
    ),
    "folder_without_tables": (
        "文件夹里没有表格（{suffixes}）；要判别报告，请把输出写成一个表格文件，如 out.csv",
        "the folder holds no table ({suffixes}); for reports name a table as output, such as out.csv",
    ),
    "worker_lost": (
        "一个工作进程意外终止（可能是内存不足）；再次运行同一命令会从断点继续，也可用 --jobs 减少进程数",
        "a worker process died, maybe for lack of memory; the same command goes on from here, --jobs uses fewer",
    ),
    # wenti report: counting tables that wenti tag wrote, and clusters
    "counted_columns": (
        "缺少列 {columns}；只能统计 wenti tag 从报告生成的语句表，请移走这个文件，或用 wenti tag 重新生成",
        "lacks the columns {columns}; only tables that wenti tag wrote from reports can be counted: move it away or write it anew",
    ),
    "counted_finding": (
        "finding 列中有不是问题点编号的内容；请用 wenti tag 重新生成该表",
        "column finding holds what is no number of a finding; write the table anew with wenti tag",
    ),
    "cluster_model": (
        "工作进程上的模型与本机的不同；请在所有机器上安装同一版本的 wenti，或用 --model 指定各机都能访问的模型",
        "a worker's model is not the one here; install the same wenti on all machines, or name a model that all see by --model",
    ),
    "dask_missing": (
        '没有安装 dask；请运行 pip install "wenti[dask]"',
        'dask is not installed; run: pip install "wenti[dask]"',
    ),
    "dask_address": (
        "--dask 的地址“{address}”无效；请写成 tcp://主机:端口 或 tls://主机:端口",
        'bad address "{address}" for --dask; write tcp://host:port or tls://host:port',
    ),
    "dask_certificate": (
        "连接 {address} 需要证书，而 Dask 的配置中没有；请按 docs/scale.md 设置 distributed.comm.tls",
        "{address} needs certificates and Dask's configuration names none; set distributed.comm.tls as docs/scale.md says",
    ),
    "dask_certificate_bad": (
        "Dask 的配置中指定的证书或密钥无法使用（{detail}）；请检查 distributed.comm.tls 中的文件",
        "a certificate or key that Dask's configuration names cannot be used ({detail}); check the files of distributed.comm.tls",
    ),
    "dask_unreachable": (
        "连接不上 Dask 调度器（{detail}）；请检查地址、证书，以及调度器是否在运行",
        "no Dask scheduler answers ({detail}); check the address, the certificates, and that it is running",
    ),
    "dask_no_worker": (
        "Dask 集群没有工作进程；请先用 dask worker 启动",
        "the Dask cluster has no worker; start one with dask worker",
    ),
    "dask_versions": (
        "软件版本与本机不同（那里 / 这里：{packages}）；请在所有机器上安装相同的版本",
        "has other versions than this machine (there / here: {packages}); install the same everywhere",
    ),
    "dask_file": (
        "工作进程 {worker} 看不到这个文件；请放到所有机器都能按同一路径访问的共享文件夹",
        "worker {worker} does not see this file; put it into a shared folder that has the same path on all machines",
    ),
    "dask_workers_died": (
        "同一任务几次使工作进程意外终止（可能是内存不足）；请减小分片，或为工作进程增加内存",
        "one task made several workers die, maybe for lack of memory; cut smaller partitions or give the workers more",
    ),
    "dask_lost": (
        "与 Dask 调度器的连接中断；请检查调度器后重新运行",
        "the connection to the Dask scheduler is lost; look at the scheduler and run again",
    ),
    "reports_and_tables": (
        "{report} 是报告，{table} 是语句表；请分开运行",
        "{report} is of reports, {table} a table of statements; run one at a time",
    ),
    "template_damaged": (
        "Word 模板无法使用（{detail}）；请在 Word 中打开模板，另存为 .docx 后重试",
        "the Word template cannot be used ({detail}); open it in Word, save it as .docx and try again",
    ),
    "template_macros": (
        "Word 模板含有宏，不予使用；请在 Word 中另存为不含宏的 .docx 后重试",
        "the Word template holds macros and is not used; save it in Word as .docx without macros and try again",
    ),
    "template_alone": (
        "模板只用于 Word 文件；请用 -o 指定 .docx 文件，或去掉 --template",
        "a template is for a Word file; name a .docx with -o, or leave --template out",
    ),
    "tables_and_dask": (
        "--dask 只能对语句表作统计（-o 指定 .csv）；要生成完整报告，请去掉 --dask",
        "--dask counts tables of statements (-o names a .csv); leave it out for a whole report",
    ),
    "periods_unclear": (
        "--periods 的值“{value}”无效；请写两个时期，如 2020-2021,2022-2023",
        '--periods: bad value "{value}"; write two periods such as 2020-2021,2022-2023',
    ),
    "periods_unequal": (
        "--periods 的两个时期“{value}”应年数相同、互不重叠（否则年数多的一方必然显得问题更多）；请改写，如 2020-2021,2022-2023",
        '--periods: "{value}" should be two periods of as many years, without a year in common (or the longer shows more, whatever '
        "happened); write such as 2020-2021,2022-2023",
    ),
    "period_empty": (
        "--periods 中的 {period} 没有报告；请改写为有报告的年度",
        "--periods: no report is of {period}; name years that have some",
    ),
    "periods_and_compare": (
        "--periods 和 --compare 不能同时使用；请去掉其中一个",
        "--periods and --compare cannot be used together; leave one out",
    ),
    "compare_empty": (
        "“{name}”中没有可供对比的报告；请检查路径和 --only 的条件",
        '"{name}" holds no report to compare; check the paths and --only',
    ),
    "only_kind": (
        "--only kind 的值“{value}”无效；可用：{kinds}",
        '--only kind: bad value "{value}"; one of: {kinds}',
    ),
    "review_unmatched": (
        "复核表“{sheet}”第{row}行在报告中已找不到，未采用：{text}",
        'sheet "{sheet}", row {row}: no longer in the reports, not used: {text}',
    ),
    "nothing_chosen": (
        "已读取的 {reports} 份报告都不符合 --only 的条件；请放宽条件",
        "none of the {reports} reports read fulfils --only; ask for less",
    ),
    "only_unclear": (
        "--only 的值“{value}”无效；请写成“字段=值”，字段可用：{fields}",
        '--only: bad value "{value}"; write field=value, with one of the fields {fields}',
    ),
    "years_unclear": (
        "“{value}”不是年度；请写成 2022 或 2021-2023",
        '"{value}" is no year; write 2022 or 2021-2023',
    ),
    "tables_are_tagged": (
        "--model 和 --threshold 不适用于已判别的语句表；请去掉，或用 wenti tag 重新判别",
        "--model and --threshold are not about tables that are tagged; leave them out, or tag anew with wenti tag",
    ),
    "counted_damaged": (
        "不是完好的语句表（{detail}）；请用 wenti tag 重新生成",
        "no sound table of statements ({detail}); write it anew with wenti tag",
    ),
    "counted_row": (
        "应有 {expected} 列，实有 {found} 列；请用 wenti tag 重新生成该表",
        "{expected} columns expected, {found} found; write the table anew with wenti tag",
    ),
    "counted_choice": (
        "“{column}”列中的“{value}”无效；可用：{allowed}",
        'column "{column}": bad value "{value}"; one of: {allowed}',
    ),
    "counted_integer": (
        "“{column}”列中的“{value}”不是整数；请改正，或用 wenti tag 重新生成该表",
        'column "{column}": "{value}" is no whole number; correct it, or write the table anew with wenti tag',
    ),
    "counted_probability": (
        "“{column}”列中的“{value}”不是 0 到 1 之间的概率；请改正，或用 wenti tag 重新生成该表",
        'column "{column}": "{value}" is no probability from 0 to 1; correct it, or write the table anew with wenti tag',
    ),
    "counted_shares": (
        "types 列有 {types} 个类型，type_probabilities 列却有 {shares} 个概率；请改为一样多",
        "column types has {types} types and type_probabilities {shares} probabilities; write as many",
    ),
    "counted_empty": (
        "表中没有语句；请换一个有内容的表，或用 wenti tag 重新生成",
        "the table holds no statement; name one with content, or write it anew with wenti tag",
    ),
    "counted_copies": (
        "其中 {count} 份报告前面已有（如“{report}”，见 {first}），只计一次",
        '{count} of its reports were there before (such as "{report}", see {first}), counted once',
    ),
    "counted_type": (
        "表中的问题类型“{label}”不在分类体系中；请用 --taxonomy 指定判别时所用的分类体系",
        'the tables\' type "{label}" is not in the taxonomy; name the one that they were tagged with by --taxonomy',
    ),
    "unexpected": (
        "程序内部错误（{detail}）；请加 --debug 重新运行，并把输出反馈给维护者",
        "internal error ({detail}); run again with --debug and report the output",
    ),
    # classify
    "needs_review": ("待人工判定", "needs review"),
    "no_type": ("未归类", "no type"),
    "empty_text": ("（空白）", "(blank)"),
    "because": ("依据", "because"),
    "about": ("所涉类型", "about"),
    "not_judged": ("无法判别", "cannot be judged"),
    "ranked": ("可能的类型", "likeliest types"),
    # wenti tag: rows that cannot be tagged, and the list of them
    "row_columns": ("应有 {expected} 列，实有 {found} 列", "{expected} columns expected, {found} found"),
    "row_bytes": ("含有无法解码的字节", "holds bytes that cannot be decoded"),
    "row_empty": ("要判别的内容是空的", "nothing to tag"),
    "row_json": ("不是有效的 JSON", "not valid JSON"),
    "row_no_object": ("不是 JSON 对象", "no JSON object"),
    "row_no_text": ("“{column}”不是文本", '"{column}" is no text'),
    "row_taken": ("已有名为 {columns} 的字段", "has {columns} already"),
    "errors_line": ("行号", "line"),
    "errors_file": ("文件", "file"),
    "errors_reason": ("原因", "reason"),
    "statements_sheet": ("语句", "statements"),
    "progress_rows": (
        "{share:.0%}　已判别 {rows:,} 行　每秒 {rate:,.0f} 行　剩余 {left}",
        "{share:.0%}  {rows:,} rows tagged  {rate:,.0f} rows/s  {left} left",
    ),
    "tag_interrupted": ("已中断；再次运行同一命令会从断点继续", "interrupted; the same command goes on from here"),
    "tag_resumed": ("从断点继续：其中 {rows} 行上次已完成", "went on where the last run ended: {rows} rows were done"),
    "tag_faults": (
        "有 {faults} 处无法判别，原样保留，详见 {path}",
        "{faults} could not be tagged and stay as they are; see {path}",
    ),
    "tagged": ("已写出 {rows} 行：{path}", "{rows} rows written: {path}"),
    # progress and results of commands
    "written": ("已生成：{path}", "written: {path}"),
    "counted": (
        "统计语句 {statements} 条，单位 {units} 家，项目 {projects} 个",
        "counted {statements} statements of {units} units and {projects} projects",
    ),
    "report_read": (
        "读取报告 {reports} 份，语句 {statements} 条，其中问题 {weaknesses} 条",
        "read {reports} reports, {statements} statements, {weaknesses} of them weaknesses",
    ),
    "not_understood": (
        "{path}：有 {count} 处共 {characters} 字未能识别，已原样保留（见 not_understood）",
        "{path}: {characters} characters in {count} places were not understood and are kept (see not_understood)",
    ),
    "progress_files": ("读取中：{done}/{total} 个文件", "reading: {done}/{total} files"),
    "skipped": ("已跳过：{reason}", "skipped: {reason}"),
    "taxonomy_ok": (
        "{path}：分类体系有效，版本 {version}，{categories} 个类别，{types} 个问题类型",
        "{path}: valid, version {version}, {categories} categories, {types} types",
    ),
    "corpus_ok": (
        "{path}：{files} 个文件，{statements} 条语句，全部有效",
        "{path}: {files} files, {statements} statements, all valid",
    ),
    "corpus_faults": ("{path}：发现 {faults} 处错误", "{path}: {faults} faults found"),
    "model_ok": (
        "{path}：模型完好，wenti {wenti}，分类体系 {taxonomy}",
        "{path}: sound, wenti {wenti}, taxonomy {taxonomy}",
    ),
    "model_differs": (
        "与用当前语料重新训练的结果不一致（{detail}）；请用 wenti train 重新训练并提交",
        "differs from a fresh training on the corpus ({detail}); run wenti train and commit its model",
    ),
    "stats_head": (
        "{statements} 条语句，{files} 个文件；长度四分位数 {lower} / {median} / {upper} 字",
        "{statements} statements in {files} files; quartiles of length {lower} / {median} / {upper} characters",
    ),
    "stats_types": ("各问题类型：", "by type:"),
    "stats_authors": ("各作者：", "by author:"),
    "imported": ("{path}：已导入 {statements} 条语句", "{path}: {statements} statements imported"),
    "corpus_added": (
        "{path}：新增 {added} 条语句，另有 {same} 条已在其中且标注相同",
        "{path}: {added} statements added, {same} were there with the same labels",
    ),
    "leak": ("{place}：{text}（相似度 {similarity:.2f}）", "{place}: {text} (similarity {similarity:.2f})"),
    "leaks_more": ("……另有 {count} 条", "... and {count} more"),
    "leaks_dropped": (
        "已剔除与模型训练语句相同或近似的 {count} 条语句",
        "{count} statements that the model was trained on, exactly or nearly, were left out",
    ),
    "plots_missing": (
        '没有安装 matplotlib，未画图，其余结果已写出；要画图请运行 pip install "wenti[plots]"',
        'no plots, as matplotlib is not installed; all else is written; for plots: pip install "wenti[plots]"',
    ),
    "plots_font": (
        "没有找到中文字体，图中改用英文编号；请安装 Noto Sans CJK SC 等中文字体后重试",
        "no Chinese font found, the plots show English ids; install one such as Noto Sans CJK SC and try again",
    ),
    "training_step": ("第{seconds:.0f}秒：{step}", "{seconds:.0f} s: {step}"),
    "step_cut": ("分词、统计片段", "cutting and counting spans"),
    "step_folds": ("分组交叉验证", "grouped cross-validation"),
    "step_reports": ("在已公布报告上检验", "testing on the published reports"),
    "audit_missing": (
        '没有安装 cleanlab；请运行 pip install "wenti[audit]"',
        'cleanlab is not installed; run: pip install "wenti[audit]"',
    ),
    "audited": (
        "需复核{suspects}条：标注矛盾{contradictions}，类别存疑{kinds}，类型存疑{types}，近似重复{duplicates}",
        "{suspects} to look at: {contradictions} contradictions, {kinds} kinds, {types} types, {duplicates} duplicates",
    ),
    "step_twins": ("查找近似重复的语句", "looking for near duplicates"),
    "step_curve": ("学习曲线", "learning curve"),
    "step_fit": ("用全部语料拟合", "fitting on the whole corpus"),
    "step_pack": ("压缩、写出模型", "packing and writing the model"),
}


def said(texts: tuple[str, str], lang: str) -> str:
    """Return the one of two texts that is in a language."""
    return texts[LANGUAGES.index(lang)]


def message(key: str, lang: str = "zh", **facts: object) -> str:
    """Return one message in one language.

    Parameters
    ----------
    key : str
        A key of :data:`MESSAGES`.
    lang : {"zh", "en"}, default="zh"
        Language.
    **facts : object
        What the message's braces are filled with.

    Raises
    ------
    KeyError
        If the key, or a fact that the message names, is missing.

    Examples
    --------
    >>> message("written", "en", path="a.html")
    'written: a.html'
    """
    return MESSAGES[key][LANGUAGES.index(lang)].format(**facts)
