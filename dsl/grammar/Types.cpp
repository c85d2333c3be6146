#include "dsl/grammar/Types_def.h"

namespace nnc::dsl::grammar {

BOOST_SPIRIT_INSTANTIATE(axisRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(shapeRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(typeRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(paramRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(paramListRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(resultItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(resultRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(signatureRule, Iterator, Context)

} // namespace nnc::dsl::grammar
