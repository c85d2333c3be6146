#include "dsl/grammar/Statements_def.h"

namespace nnc::dsl::grammar {

BOOST_SPIRIT_INSTANTIATE(blockRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(statementRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(statementBodyRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(paramStmtRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(updateStmtRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(indexDefStmtRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(targetRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(bindStmtRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(exprStmtRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(forStmtRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(ifStmtRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(assertStmtRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(yieldStmtRule, Iterator, Context)

} // namespace nnc::dsl::grammar
