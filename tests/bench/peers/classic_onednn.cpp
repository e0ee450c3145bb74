// SPDX-License-Identifier: GPL-3.0-or-later
// The preset "classic" trained by oneDNN 2's primitives, called directly, as a peer of cpu_bench.py (peer_server.py
// says how it is asked): what the library underneath PyTorch and TensorFlow can do when no framework is in its way.
//
// Tensors stay in the layouts that the primitives ask for ("blocked"), or channels last, all or the first; ReLU is part
// of the convolutions and dense layers; where ReLU is followed by a pool, its derivative is applied to the pooled
// gradient, which is a quarter as large and gives the same. All memory and all primitives are made before the first
// step.
#include <nlohmann/json.hpp>
#include <oneapi/dnnl/dnnl.hpp>

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

using namespace dnnl;
using Dims = memory::dims;
using Desc = memory::desc;
using Tag = memory::format_tag;
using Json = nlohmann::json;

namespace {

constexpr auto f32 = memory::data_type::f32;
constexpr auto training = prop_kind::forward_training;
constexpr auto direct = algorithm::convolution_direct;
constexpr auto maximum = algorithm::pooling_max;

float* values(const memory& m) {
    return static_cast<float*>(m.get_data_handle());
}
std::size_t floatsOf(const memory& m) {
    return m.get_desc().get_size() / sizeof(float);
}

/// A parameter array with what Adam keeps.
struct Parameter {
    memory value, gradient;
    std::vector<float> first, second;
};

/// Weights and bias of a layer, in the layout of its forward primitive.
struct Weights {
    memory weights, bias, weightGradient, biasGradient;
};

/// Layouts of activations: Tag::any leaves the choice to oneDNN.
struct Layouts {
    Tag first;  ///< Up to the first pool's result.
    Tag others; ///< From there on.
};

/// The best of these depends on the instruction set: one channel, as the images have it, is a special case everywhere.
const std::map<std::string, Layouts> modes{{"blocked", {Tag::any, Tag::any}}, {"channels last", {Tag::acdb, Tag::acdb}},
    {"channels last, then blocked", {Tag::acdb, Tag::any}}};

/// The network for one batch size.
class Classic {
public:
    Classic(long batch, Layouts layouts) : m_batch(batch), m_layouts(layouts) { build(); }

    /// One training step on a batch of images, 784 floats each.
    void step(float* images, const std::uint8_t* labels) {
        m_images.set_data_handle(images);
        m_labels = labels;
        for (const std::function<void()>& part : m_parts)
            part();
        m_stream.wait();
    }

    float loss() const { return m_loss; }

private:
    /// The layout for tensors up to the first pool's result, and for the others.
    Desc first(const Dims& dims) const { return {dims, f32, m_layouts.first}; }
    Desc other(const Dims& dims) const { return {dims, f32, m_layouts.others}; }
    static Desc anyWeights(const Dims& dims) { return {dims, f32, Tag::any}; }
    static Desc vector(long count) { return {{count}, f32, Tag::a}; }
    static Desc rows(long count, long length) { return {{count, length}, f32, Tag::ab}; }

    memory make(const Desc& desc) const {
        memory m(desc, m_engine);
        std::memset(m.get_data_handle(), 0, desc.get_size());
        return m;
    }

    void add(const primitive& primitive, const std::unordered_map<int, memory>& arguments) {
        m_parts.emplace_back([this, primitive, arguments] { primitive.execute(m_stream, arguments); });
    }

    /// The tensor in another layout: itself where it is the same, else copied in each step from here on.
    memory inLayout(const memory& from, const Desc& wanted) {
        if (from.get_desc() == wanted)
            return from;
        const memory to = make(wanted);
        add(reorder(from, to), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
        return to;
    }

    /// Runs `compute`, which writes a tensor in the layout `made`, so that it ends up in `wanted`.
    void into(const memory& wanted, const Desc& made, const std::function<void(const memory&)>& compute) {
        const memory result = wanted.get_desc() == made ? wanted : make(made);
        compute(result);
        if (wanted.get_desc() != made)
            add(reorder(result, wanted), {{DNNL_ARG_FROM, result}, {DNNL_ARG_TO, wanted}});
    }

    /// Glorot-uniform weights, zero biases.
    Weights makeWeights(const Desc& layout, const Desc& plain, double inputs, double outputs) {
        memory first = make(plain);
        const auto limit = static_cast<float>(std::sqrt(6 / (inputs + outputs)));
        std::uniform_real_distribution<float> uniform(-limit, limit);
        std::generate_n(values(first), floatsOf(first), [&] { return uniform(m_random); });
        const Desc bias = vector(layout.dims()[0]);
        Weights w{make(layout), make(bias), make(layout), make(bias)};
        reorder(first, w.weights).execute(m_stream, first, w.weights);
        m_stream.wait();
        for (const auto& [value, gradient] : {std::pair{w.weights, w.weightGradient}, {w.bias, w.biasGradient}})
            m_parameters.push_back(
                {value, gradient, std::vector<float>(floatsOf(value)), std::vector<float>(floatsOf(value))});
        return w;
    }

    /// The gradient becomes zero where ReLU's result is.
    void maskByRelu(const memory& gradient, const memory& result) {
        m_parts.emplace_back([this, gradient, result] {
            m_stream.wait();
            float* g = values(gradient);
            const float* r = values(result);
            const std::size_t count = floatsOf(gradient);
#pragma omp parallel for simd
            for (std::size_t i = 0; i < count; ++i)
                g[i] = r[i] > 0 ? g[i] : 0.0f;
        });
    }

    void build();
    void addLoss(const memory& logits, const memory& gradient);
    void addAdam();

    long m_batch;
    Layouts m_layouts;
    engine m_engine{engine::kind::cpu, 0};
    stream m_stream{m_engine};
    std::mt19937 m_random{1};
    memory m_images;
    const std::uint8_t* m_labels = nullptr;
    std::vector<Parameter> m_parameters;
    std::vector<std::function<void()>> m_parts; ///< Of a step, in order.
    int m_step = 0;
    float m_loss = 0;
};

void Classic::build() {
    const long n = m_batch;
    const Dims one{1, 1}, none{0, 0}, two{2, 2};
    primitive_attr withRelu;
    post_ops relu;
    relu.append_eltwise(1.0f, algorithm::eltwise_relu, 0.0f, 0.0f);
    withRelu.set_post_ops(relu);

    // What each primitive asks for.
    const Desc images({n, 1, 28, 28}, f32, m_layouts.first == Tag::acdb ? Tag::acdb : Tag::abcd);
    const convolution_forward::primitive_desc conv1(
        {training, direct, images, anyWeights({32, 1, 3, 3}), vector(32), first({n, 32, 26, 26}), one, none, none},
        withRelu, m_engine);
    const pooling_forward::primitive_desc pool1(
        {training, maximum, conv1.dst_desc(), first({n, 32, 13, 13}), two, two, none, none}, m_engine);
    const convolution_forward::primitive_desc conv2(
        {training, direct, other({n, 32, 13, 13}), anyWeights({64, 32, 3, 3}), vector(64), other({n, 64, 11, 11}), one,
            none, none},
        withRelu, m_engine);
    const pooling_forward::primitive_desc pool2(
        {training, maximum, conv2.dst_desc(), other({n, 64, 5, 5}), two, two, none, none}, m_engine);
    const inner_product_forward::primitive_desc dense1(
        {training, pool2.dst_desc(), anyWeights({64, 64, 5, 5}), vector(64), rows(n, 64)}, withRelu, m_engine);
    const inner_product_forward::primitive_desc dense2(
        {training, rows(n, 64), anyWeights({10, 64}), vector(10), rows(n, 10)}, m_engine);

    const inner_product_backward_weights::primitive_desc dense2Weights(
        {rows(n, 64), anyWeights({10, 64}), vector(10), rows(n, 10)}, m_engine, dense2);
    const inner_product_backward_data::primitive_desc dense2Data(
        {rows(n, 64), anyWeights({10, 64}), rows(n, 10)}, m_engine, dense2);
    const inner_product_backward_weights::primitive_desc dense1Weights(
        {pool2.dst_desc(), anyWeights({64, 64, 5, 5}), vector(64), rows(n, 64)}, m_engine, dense1);
    const inner_product_backward_data::primitive_desc dense1Data(
        {pool2.dst_desc(), anyWeights({64, 64, 5, 5}), rows(n, 64)}, m_engine, dense1);
    const pooling_backward::primitive_desc pool2Data(
        {maximum, conv2.dst_desc(), pool2.dst_desc(), two, two, none, none}, m_engine, pool2);
    const convolution_backward_weights::primitive_desc conv2Weights(
        {direct, other({n, 32, 13, 13}), anyWeights({64, 32, 3, 3}), vector(64), other({n, 64, 11, 11}), one, none,
            none},
        m_engine, conv2);
    const convolution_backward_data::primitive_desc conv2Data(
        {direct, other({n, 32, 13, 13}), anyWeights({64, 32, 3, 3}), other({n, 64, 11, 11}), one, none, none}, m_engine,
        conv2);
    const pooling_backward::primitive_desc pool1Data(
        {maximum, conv1.dst_desc(), pool1.dst_desc(), two, two, none, none}, m_engine, pool1);
    const convolution_backward_weights::primitive_desc conv1Weights(
        {direct, images, anyWeights({32, 1, 3, 3}), vector(32), first({n, 32, 26, 26}), one, none, none}, m_engine,
        conv1);

    const Weights w1 = makeWeights(conv1.weights_desc(), Desc({32, 1, 3, 3}, f32, Tag::abcd), 9, 32 * 9);
    const Weights w2 = makeWeights(conv2.weights_desc(), Desc({64, 32, 3, 3}, f32, Tag::abcd), 32 * 9, 64 * 9);
    const Weights w3 = makeWeights(dense1.weights_desc(), Desc({64, 64, 5, 5}, f32, Tag::abcd), 1600, 64);
    const Weights w4 = makeWeights(dense2.weights_desc(), rows(10, 64), 64, 10);

    // Forward.
    m_images = memory(images, m_engine, nullptr);
    const memory a1 = make(conv1.dst_desc()), p1 = make(pool1.dst_desc()), from1 = make(pool1.workspace_desc());
    const memory a2 = make(conv2.dst_desc()), p2 = make(pool2.dst_desc()), from2 = make(pool2.workspace_desc());
    const memory hidden = make(dense1.dst_desc()), logits = make(dense2.dst_desc());
    add(convolution_forward(conv1),
        {{DNNL_ARG_SRC, m_images}, {DNNL_ARG_WEIGHTS, w1.weights}, {DNNL_ARG_BIAS, w1.bias}, {DNNL_ARG_DST, a1}});
    add(pooling_forward(pool1), {{DNNL_ARG_SRC, a1}, {DNNL_ARG_DST, p1}, {DNNL_ARG_WORKSPACE, from1}});
    const memory p1In = inLayout(p1, conv2.src_desc());
    add(convolution_forward(conv2),
        {{DNNL_ARG_SRC, p1In}, {DNNL_ARG_WEIGHTS, w2.weights}, {DNNL_ARG_BIAS, w2.bias}, {DNNL_ARG_DST, a2}});
    add(pooling_forward(pool2), {{DNNL_ARG_SRC, a2}, {DNNL_ARG_DST, p2}, {DNNL_ARG_WORKSPACE, from2}});
    add(inner_product_forward(dense1),
        {{DNNL_ARG_SRC, p2}, {DNNL_ARG_WEIGHTS, w3.weights}, {DNNL_ARG_BIAS, w3.bias}, {DNNL_ARG_DST, hidden}});
    add(inner_product_forward(dense2),
        {{DNNL_ARG_SRC, hidden}, {DNNL_ARG_WEIGHTS, w4.weights}, {DNNL_ARG_BIAS, w4.bias}, {DNNL_ARG_DST, logits}});

    // Loss and backward.
    const memory logitGradient = make(logits.get_desc()), hiddenGradient = make(hidden.get_desc());
    const memory p2Gradient = make(p2.get_desc()), a2Gradient = make(a2.get_desc());
    const memory p1Gradient = make(p1.get_desc()), a1Gradient = make(a1.get_desc());
    addLoss(logits, logitGradient);
    into(w4.weightGradient, dense2Weights.diff_weights_desc(), [&](const memory& gradient) {
        add(inner_product_backward_weights(dense2Weights),
            {{DNNL_ARG_SRC, hidden}, {DNNL_ARG_DIFF_DST, logitGradient}, {DNNL_ARG_DIFF_WEIGHTS, gradient},
                {DNNL_ARG_DIFF_BIAS, w4.biasGradient}});
    });
    const memory w4Data = inLayout(w4.weights, dense2Data.weights_desc());
    add(inner_product_backward_data(dense2Data),
        {{DNNL_ARG_DIFF_DST, logitGradient}, {DNNL_ARG_WEIGHTS, w4Data}, {DNNL_ARG_DIFF_SRC, hiddenGradient}});
    maskByRelu(hiddenGradient, hidden);
    into(w3.weightGradient, dense1Weights.diff_weights_desc(), [&](const memory& gradient) {
        add(inner_product_backward_weights(dense1Weights),
            {{DNNL_ARG_SRC, p2}, {DNNL_ARG_DIFF_DST, hiddenGradient}, {DNNL_ARG_DIFF_WEIGHTS, gradient},
                {DNNL_ARG_DIFF_BIAS, w3.biasGradient}});
    });
    const memory w3Data = inLayout(w3.weights, dense1Data.weights_desc());
    add(inner_product_backward_data(dense1Data),
        {{DNNL_ARG_DIFF_DST, hiddenGradient}, {DNNL_ARG_WEIGHTS, w3Data}, {DNNL_ARG_DIFF_SRC, p2Gradient}});
    maskByRelu(p2Gradient, p2);
    add(pooling_backward(pool2Data),
        {{DNNL_ARG_DIFF_DST, p2Gradient}, {DNNL_ARG_WORKSPACE, from2}, {DNNL_ARG_DIFF_SRC, a2Gradient}});
    const memory p1Weights = inLayout(p1In, conv2Weights.src_desc());
    const memory a2Weights = inLayout(a2Gradient, conv2Weights.diff_dst_desc());
    into(w2.weightGradient, conv2Weights.diff_weights_desc(), [&](const memory& gradient) {
        add(convolution_backward_weights(conv2Weights),
            {{DNNL_ARG_SRC, p1Weights}, {DNNL_ARG_DIFF_DST, a2Weights}, {DNNL_ARG_DIFF_WEIGHTS, gradient},
                {DNNL_ARG_DIFF_BIAS, w2.biasGradient}});
    });
    const memory w2Data = inLayout(w2.weights, conv2Data.weights_desc());
    const memory a2Data = inLayout(a2Gradient, conv2Data.diff_dst_desc());
    into(p1Gradient, conv2Data.diff_src_desc(), [&](const memory& gradient) {
        add(convolution_backward_data(conv2Data),
            {{DNNL_ARG_DIFF_DST, a2Data}, {DNNL_ARG_WEIGHTS, w2Data}, {DNNL_ARG_DIFF_SRC, gradient}});
    });
    maskByRelu(p1Gradient, p1);
    add(pooling_backward(pool1Data),
        {{DNNL_ARG_DIFF_DST, p1Gradient}, {DNNL_ARG_WORKSPACE, from1}, {DNNL_ARG_DIFF_SRC, a1Gradient}});
    const memory a1Weights = inLayout(a1Gradient, conv1Weights.diff_dst_desc());
    into(w1.weightGradient, conv1Weights.diff_weights_desc(), [&](const memory& gradient) {
        add(convolution_backward_weights(conv1Weights),
            {{DNNL_ARG_SRC, m_images}, {DNNL_ARG_DIFF_DST, a1Weights}, {DNNL_ARG_DIFF_WEIGHTS, gradient},
                {DNNL_ARG_DIFF_BIAS, w1.biasGradient}});
    });
    addAdam();
}

/// Softmax and cross-entropy, with the gradient of their mean over the batch.
void Classic::addLoss(const memory& logits, const memory& gradient) {
    m_parts.emplace_back([this, logits, gradient] {
        m_stream.wait();
        double loss = 0;
        for (long i = 0; i < m_batch; ++i) {
            const float* z = values(logits) + i * 10;
            float* g = values(gradient) + i * 10;
            const float most = *std::max_element(z, z + 10);
            std::transform(z, z + 10, g, [most](float value) { return std::exp(value - most); });
            const float sum = std::accumulate(g, g + 10, 0.0f);
            loss -= std::log(g[m_labels[i]] / sum);
            for (int j = 0; j < 10; ++j)
                g[j] = (g[j] / sum - (j == m_labels[i] ? 1.0f : 0.0f)) / static_cast<float>(m_batch);
        }
        m_loss = static_cast<float>(loss / static_cast<double>(m_batch));
    });
}

void Classic::addAdam() {
    m_parts.emplace_back([this] {
        m_stream.wait();
        ++m_step;
        const float correction1 = 1 - std::pow(0.9f, static_cast<float>(m_step));
        const float correction2 = std::sqrt(1 - std::pow(0.999f, static_cast<float>(m_step)));
        const float rate = 1e-3f * correction2 / correction1;
        const float epsilon = 1e-7f * correction2;
        for (Parameter& parameter : m_parameters) {
            float* w = values(parameter.value);
            const float* g = values(parameter.gradient);
            float* first = parameter.first.data();
            float* second = parameter.second.data();
            const std::size_t count = parameter.first.size();
#pragma omp parallel for simd if (count > 8192)
            for (std::size_t i = 0; i < count; ++i) {
                first[i] = 0.9f * first[i] + 0.1f * g[i];
                second[i] = 0.999f * second[i] + 0.001f * g[i] * g[i];
                w[i] -= rate * first[i] / (std::sqrt(second[i]) + epsilon);
            }
        }
    });
}

/// Bright rectangles of ten sizes, of which the label is the size: something that can be learnt.
struct Images {
    explicit Images(std::size_t count) : pixels(count * 784), labels(count) {
        std::mt19937 random(1);
        for (std::size_t i = 0; i < count; ++i) {
            labels[i] = static_cast<std::uint8_t>(random() % 10);
            const std::size_t size = 6 + 2 * labels[i];
            const std::size_t top = random() % (29 - size), left = random() % (29 - size);
            for (std::size_t y = top; y < top + size; ++y)
                for (std::size_t x = left; x < left + size; ++x)
                    pixels[i * 784 + y * 28 + x] = static_cast<float>(128 + random() % 128) / 255.0f;
        }
    }
    std::vector<float> pixels;
    std::vector<std::uint8_t> labels;
};

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Json measure(Classic& network, Images& images, std::size_t batch, double seconds) {
    const std::size_t batches = images.labels.size() / batch;
    const double begin = now();
    const std::clock_t processor = std::clock();
    std::size_t steps = 0;
    double passed = 0;
    do {
        const std::size_t first = steps++ % batches * batch;
        network.step(images.pixels.data() + first * 784, images.labels.data() + first);
        passed = now() - begin;
    } while (passed < seconds);
    const double share = static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC / passed;
    return {{"imagesPerSecond", static_cast<double>(steps * batch) / passed}, {"images", steps * batch},
        {"processorShare", share}, {"loss", network.loss()}};
}

} // namespace

int main(int count, char** arguments) {
    for (int i = 1; i + 1 < count; ++i)
        if (std::string(arguments[i]) == "--threads")
            omp_set_num_threads(std::atoi(arguments[i + 1]));
    Images images(4096);
    std::map<std::pair<std::size_t, std::string>, std::unique_ptr<Classic>> ready;
    Json names = Json::array();
    for (const auto& [name, layouts] : modes)
        names.push_back(name);
    const version_t* v = dnnl::version();
    std::cout << Json{{"system", "oneDNN " + std::to_string(v->major) + "." + std::to_string(v->minor) + "." +
                                     std::to_string(v->patch) + ", called directly"},
                     {"device", "CPU"}, {"modes", names}}
              << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        try {
            const Json request = Json::parse(line);
            const auto batch = request.at("batch").get<std::size_t>();
            const auto mode = request.at("mode").get<std::string>();
            std::unique_ptr<Classic>& network = ready[{batch, mode}];
            double warmUp = 0;
            if (!network) {
                const double begin = now();
                network = std::make_unique<Classic>(static_cast<long>(batch), modes.at(mode));
                measure(*network, images, batch, 0.2);
                warmUp = now() - begin;
            }
            Json reply = measure(*network, images, batch, request.at("seconds").get<double>());
            reply["warmUpSeconds"] = warmUp;
            std::cout << reply << std::endl;
        } catch (const std::exception& error) {
            std::cout << Json{{"error", error.what()}} << std::endl;
        }
    }
}
