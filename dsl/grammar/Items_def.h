// Items: what stands at the top of a file.
#pragma once
#include "dsl/grammar/Actions.h"

namespace nnc::dsl::grammar {

NNC_WORD(importWord, "import")
NNC_WORD(dimWord, "dim")
NNC_WORD(datasetWord, "dataset")
NNC_WORD(weightsWord, "weights")
NNC_WORD(maskWord, "mask")
NNC_WORD(builtinWord, "builtin")
NNC_WORD(fnWord, "fn")
NNC_WORD(backwardWord, "backward")
NNC_WORD(trainWord, "train")
NNC_WORD(onWord, "on")
NNC_WORD(generateWord, "generate")
NNC_WORD(skipWord, "skip")
NNC_WORD(transposeWord, "transpose")
inline constexpr TokenParser layerWord{
    [](Iterator at) { return at->kind == Tok::Name && (at->text == "layer" || at->text == "model"); }};
inline constexpr TokenParser dimLabel{[](Iterator at) { return at->kind == Tok::Name || at->kind == Tok::String; }};
/// The first of two lists of a mask.
inline constexpr AheadParser twoListsAhead{
    [](Iterator at) { return at->kind == Tok::LParen && at[at->partner + 1].kind == Tok::LParen; }};
inline constexpr AheadParser fieldAhead{[](Iterator at) { return at->kind == Tok::Name && at[1].kind == Tok::Colon; }};

constexpr const char *upperText = "a name that begins with a capital letter";

/// Behind an entry of a block.
const auto entryEnd = newline | &rbrace;

const auto importItem_def =
    node(x3::omit[importWord] >> need("a string", eg::Import, string)[Set<&ast::ImportItem::path>{}] >>
         need("`(`", eg::Import, lparen) >> need("a name", eg::Import, name)[Push<&ast::ImportItem::names>{}] >>
         *(comma >> need("a name", eg::Import, name)[Push<&ast::ImportItem::names>{}]) >>
         need("`,` or `)`", eg::Import, rparen));

const auto dimItem_def =
    node(x3::omit[dimWord] >> need(upperText, eg::Dim, upperName)[Set<&ast::DimItem::name>{}] >>
         need("`=`", eg::Dim, assign) >>
         ((lbrace >> need("a label", eg::Dim, dimLabel)[Push<&ast::DimItem::labels>{}] >>
           *(comma >> (&rbrace | need("a label", eg::Dim, dimLabel)[Push<&ast::DimItem::labels>{}])) >>
           need("`,` or `}`", eg::Dim, rbrace)) |
          need("an expression or `{`", eg::Dim, expr)[Set<&ast::DimItem::value>{}]));

const auto datasetItem_def = node(
    x3::omit[datasetWord] >> need("a name", eg::Dataset, name)[Set<&ast::DatasetItem::name>{}] >>
    need("`=`", eg::Dataset, assign) >> need("an expression", eg::Dataset, expr)[Set<&ast::DatasetItem::source>{}] >>
    need("`{`", eg::Dataset, lbrace) >> *(!rbrace >> datasetEntry[PushUnlessFailed<&ast::DatasetItem::entries>{}]) >>
    rbrace);

const auto datasetEntry_def = node(
    recover(((&fieldAhead >> datasetField[SetNode{}]) | need("a field or a call", eg::Field, datasetCall)[SetNode{}]) >>
            need("the end of the line", eg::Field, entryEnd)));

const auto datasetField_def =
    node(name[Set<&ast::DatasetField::name>{}] >> colon >>
         need("a type", eg::Field, type)[Set<&ast::DatasetField::type>{}] >> need("`=`", eg::Field, assign) >>
         need("an expression", eg::Field, expr)[Set<&ast::DatasetField::value>{}]);

const auto datasetCall_def = node(name[Set<&ast::DatasetCall::name>{}] >>
                                  need("`:` or `(`", eg::Field, arguments)[Set<&ast::DatasetCall::args>{}]);

const auto weightsItem_def = node(
    x3::omit[weightsWord] >> need("a name", eg::Weights, name)[Set<&ast::WeightsItem::name>{}] >>
    need("`=`", eg::Weights, assign) >> need("an expression", eg::Weights, expr)[Set<&ast::WeightsItem::source>{}] >>
    need("`{`", eg::Weights, lbrace) >> *(!rbrace >> weightsRule[PushUnlessFailed<&ast::WeightsItem::rules>{}]) >>
    rbrace);

const auto weightsRule_def =
    node(recover(((skipWord[Raise<&ast::WeightsRule::skip>{}] >>
                   need("a string", eg::Rule, string)[Set<&ast::WeightsRule::from>{}]) |
                  (need("a string or `skip`", eg::Rule, string)[Set<&ast::WeightsRule::from>{}] >>
                   need("`->`", eg::Rule, arrow) >> need("a string", eg::Rule, string)[Set<&ast::WeightsRule::to>{}] >>
                   -transposeWord[Raise<&ast::WeightsRule::transpose>{}])) >>
                 need("the end of the line", eg::Rule, entryEnd)));

const auto maskItem_def =
    node(x3::omit[maskWord] >> need("a name", eg::Mask, name)[Set<&ast::MaskItem::name>{}] >>
         -(&twoListsAhead >> paramList[Set<&ast::MaskItem::params>{}]) >> need("`(`", eg::Mask, lparen) >>
         need("a name", eg::Mask, name)[Push<&ast::MaskItem::indices>{}] >>
         *(comma >> need("a name", eg::Mask, name)[Push<&ast::MaskItem::indices>{}]) >>
         need("`,` or `)`", eg::Mask, rparen) >> need("`=`", eg::Mask, assign) >>
         need("an expression", eg::Mask, expr)[Set<&ast::MaskItem::predicate>{}]);

const auto functionItem_def = node(
    ((builtinWord[Raise<&ast::FunctionItem::isBuiltin>{}] >> need("`fn`", eg::Function, x3::omit[fnWord])) |
     x3::omit[fnWord]) >>
    need("a name", eg::Function, name)[Set<&ast::FunctionItem::name>{}] >>
    need("`(`", eg::Function, paramList)[Set<&ast::FunctionItem::params>{}] >> signature[Do<setFunctionSignature>{}] >>
    need("`where` or `{`", eg::Function, block)[Set<&ast::FunctionItem::body>{}] >>
    -backward[Set<&ast::FunctionItem::backward>{}]);

const auto backward_def = node(x3::omit[backwardWord] >> need("`(`", eg::Function, lparen) >>
                               need("a name", eg::Function, name)[Push<&ast::BackwardClause::names>{}] >>
                               *(comma >> need("a name", eg::Function, name)[Push<&ast::BackwardClause::names>{}]) >>
                               need("`,` or `)`", eg::Function, rparen) >>
                               need("`{`", eg::Function, block)[Set<&ast::BackwardClause::block>{}]);

const auto layerItem_def =
    node(layerWord[Do<setLayerKind>{}] >> need(upperText, eg::Layer, upperName)[Set<&ast::LayerItem::name>{}] >>
         need("`(`", eg::Layer, paramList)[Do<addDataParams>{}] >> -paramList[Do<addDataParams>{}] >>
         signature[Do<setLayerSignature>{}] >> need("`where` or `{`", eg::Layer, block)[Set<&ast::LayerItem::body>{}]);

const auto setting_def =
    node(recover(need("a setting", eg::Setting, name)[Set<&ast::Setting::name>{}] >> need("`=`", eg::Setting, assign) >>
                 need("an expression", eg::Setting, expr)[Set<&ast::Setting::value>{}] >>
                 need("the end of the line", eg::Setting, entryEnd)));

const auto trainItem_def =
    node(x3::omit[trainWord] >> need(upperText, eg::Train, upperName)[Set<&ast::TrainItem::model>{}] >>
         -arguments[Set<&ast::TrainItem::args>{}] >> need("`on`", eg::Train, x3::omit[onWord]) >>
         need("a name", eg::Train, name)[Set<&ast::TrainItem::dataset>{}] >> need("`{`", eg::Train, lbrace) >>
         *(!rbrace >> setting[PushUnlessFailed<&ast::TrainItem::settings>{}]) >> rbrace);

const auto generateItem_def =
    node(x3::omit[generateWord] >> need(upperText, eg::Generate, upperName)[Set<&ast::GenerateItem::model>{}] >>
         need("`over`", eg::Generate, x3::omit[overWord]) >>
         need("a name", eg::Generate, name)[Set<&ast::GenerateItem::over>{}] >> need("`{`", eg::Generate, lbrace) >>
         *(!rbrace >> setting[PushUnlessFailed<&ast::GenerateItem::settings>{}]) >> rbrace);

const auto item_def = node(recover((importItem[SetNode{}] | dimItem[SetNode{}] | datasetItem[SetNode{}] |
                                    weightsItem[SetNode{}] | maskItem[SetNode{}] | functionItem[SetNode{}] |
                                    layerItem[SetNode{}] | trainItem[SetNode{}] | generateItem[SetNode{}]) >>
                                   need("the end of the line", eg::Function, newline)));

BOOST_SPIRIT_DEFINE(importItem, dimItem, datasetItem, datasetEntry, datasetField, datasetCall, weightsItem, weightsRule,
                    maskItem, functionItem, backward, layerItem, setting, trainItem, generateItem, item)

} // namespace nnc::dsl::grammar
