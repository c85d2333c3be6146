#include "dsl/grammar/Items_def.h"

namespace nnc::dsl::grammar {

BOOST_SPIRIT_INSTANTIATE(importItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(dimItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(datasetItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(datasetEntryRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(datasetFieldRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(datasetCallRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(weightsItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(weightsRuleRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(maskItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(functionItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(backwardRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(layerItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(settingRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(trainItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(generateItemRule, Iterator, Context)
BOOST_SPIRIT_INSTANTIATE(itemRule, Iterator, Context)

} // namespace nnc::dsl::grammar
