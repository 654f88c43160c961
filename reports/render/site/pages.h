// SPDX-License-Identifier: MIT
//
// The pages of a site, as HTML. Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "reports/render/site/documents.h"
#include "reports/site/entry.h"

namespace agon::reports {

// runs: all of the site, the oldest first.
std::string index_page(const std::vector<SiteRun>& runs, const std::vector<Document>& documents);
std::string board_page(const std::vector<SiteRun>& runs, const std::string& board);
std::string document_page(const Document& document);
std::string rule_page(const std::vector<SiteRun>& runs, const std::string& rule);

// In the order of the index.
std::vector<std::string> boards_of(const std::vector<SiteRun>& runs);
std::vector<std::string> rules_of(const std::vector<SiteRun>& runs);

}  // namespace agon::reports
