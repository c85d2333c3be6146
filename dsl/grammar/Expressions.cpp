#include "dsl/grammar/Expressions_def.h"

namespace nnc::dsl::grammar {

BOOST_SPIRIT_INSTANTIATE(exprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(stageRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(castExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(castStepRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(orExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(orTailRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(andExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(andTailRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(notExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(compareExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(compareTailRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(rangeExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(rangeTailRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(sumExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(sumTailRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(productExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(productTailRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(unaryExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(powerTailRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(reduceExprRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(indexRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(exprsRule, Iterator, Context)

} // namespace nnc::dsl::grammar
