#include "dsl/grammar/Primaries_def.h"

namespace nnc::dsl::grammar {

BOOST_SPIRIT_INSTANTIATE(postfixRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(suffixRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(argumentsRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(argRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(subscriptRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(sliceRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(atomRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(groupRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(listRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(elementRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(forClauseRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(ifBranchRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(ifBranchesRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(ifValueRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(scanRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(scanInputRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(carryRule, Iterator, Context)

} // namespace nnc::dsl::grammar
