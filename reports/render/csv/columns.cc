// SPDX-License-Identifier: MIT
#include "reports/render/csv/columns.h"

#include <fmt/format.h>

#include "reports/record/fields.h"

namespace agon::reports {

bool is_result_column(std::string_view name) {
  const CellField* field = find_field(name);
  // samples_per_s_* and speed_* are the clock's, in cells.csv and in summary.csv; m_machine_* is what the
  // machine could do and did beside.
  return name != "run_id" && (field == nullptr || field->is == Is::result) &&
         !name.starts_with("samples_per_s_") && !name.starts_with("m_samples_per_s_") &&
         !name.starts_with("m_machine_") && !name.starts_with("speed_");
}

std::string columns_page() {
  std::string page =
      "# Columns of cells.csv\n\n"
      "Made from `reports/record/fields.h`; a test holds the two together. Missing values are empty.\n"
      "Results are the same bytes for the same plan, plugins and data: with any number of jobs, after\n"
      "any kill, on any machine with FMA.\n\n"
      "| column | what | unit | result |\n|---|---|---|---|\n"
      "| `schema_version` | version of the file | | yes |\n| `run_id` | run | | no |\n";
  for (const CellField& field : kCellFields) {
    if (field.column == Column::none) continue;
    page += fmt::format("| `{}` | {} | {}{}| {} |\n",
                        field.name == "rule_metrics" ? "m_*" : field.name, field.title, field.unit,
                        field.unit.empty() ? "" : " ", field.is == Is::result ? "yes" : "no");
  }
  return page;
}

}  // namespace agon::reports
