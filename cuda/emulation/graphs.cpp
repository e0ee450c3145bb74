// SPDX-License-Identifier: GPL-3.0-or-later
#include "cuda/emulation/graphs.h"

#include "cuda/emulation/calls.h"
#include "cuda/emulation/order.h"
#include "cuda/emulation/runtime_calls.h"

#include <algorithm>
#include <set>

using kernelscope::emulation::GraphNodes;

struct CUgraph_st {
    std::shared_ptr<const GraphNodes> nodes;
    std::uint64_t generation = 0;
};

struct CUgraphExec_st {
    std::shared_ptr<const GraphNodes> nodes;
    std::uint64_t generation = 0;
};

namespace kernelscope::emulation {
namespace {

std::set<cudaGraph_t>& graphs() {
    static auto* const only = new std::set<cudaGraph_t>;
    return *only;
}
std::set<cudaGraphExec_t>& executables() {
    static auto* const only = new std::set<cudaGraphExec_t>;
    return *only;
}

/// Does the nodes, each after those it depends on, and otherwise in the order that the test asked for.
void runNodes(const GraphNodes& nodes, int onDevice) {
    std::vector<int> rank(nodes.size()); // whoever has the lowest of those that may run is next
    const std::vector<int> order = orderOf(nodes.size(), state().order);
    for (std::size_t i = 0; i < order.size(); ++i)
        rank[static_cast<std::size_t>(order[i])] = static_cast<int>(i);
    std::vector<int> missing(nodes.size());
    std::vector<std::vector<int>> followers(nodes.size());
    std::set<std::pair<int, int>> ready; // rank and node
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        missing[i] = static_cast<int>(nodes[i].after.size());
        for (const int before : nodes[i].after)
            followers[static_cast<std::size_t>(before)].push_back(static_cast<int>(i));
        if (missing[i] == 0)
            ready.insert({rank[i], static_cast<int>(i)});
    }
    while (!ready.empty()) {
        const auto node = static_cast<std::size_t>(ready.extract(ready.begin()).value().second);
        if (device(onDevice).sticky == cudaSuccess)
            nodes[node].operation.run();
        for (const int follower : followers[node])
            if (--missing[static_cast<std::size_t>(follower)] == 0)
                ready.insert({rank[static_cast<std::size_t>(follower)], follower});
    }
}

} // namespace

cudaGraph_t makeGraph(GraphNodes nodes) {
    auto* const graph = new CUgraph_st{std::make_shared<const GraphNodes>(std::move(nodes)), state().generation};
    graphs().insert(graph);
    ++state().alive.graphs;
    return graph;
}

} // namespace kernelscope::emulation

using namespace kernelscope::emulation;

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
    return call("cudaGraphInstantiate", [&] {
        if (!graphs().contains(graph))
            return cudaErrorInvalidValue;
        *executable = new CUgraphExec_st{graph->nodes, state().generation};
        executables().insert(*executable);
        ++state().alive.executableGraphs;
        return cudaSuccess;
    });
}

cudaError_t cudaGraphUpload(cudaGraphExec_t executable, cudaStream_t handle) {
    return call("cudaGraphUpload", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream || !executables().contains(executable))
            return cudaErrorInvalidResourceHandle;
        return refuseToWaitFor(*stream);
    });
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t handle) {
    return call("cudaGraphLaunch", [&] {
        const std::shared_ptr<Stream> stream = findStream(handle);
        if (!stream || !executables().contains(executable))
            return cudaErrorInvalidResourceHandle;
        Operation operation;
        operation.run = [nodes = executable->nodes, onDevice = stream->device] { runNodes(*nodes, onDevice); };
        for (const GraphNode& node : *executable->nodes)
            operation.targets.insert(
                operation.targets.end(), node.operation.targets.begin(), node.operation.targets.end());
        return submit(*stream, std::move(operation));
    });
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
    return releasingCall("cudaGraphDestroy", [&] {
        if (graphs().erase(graph) == 0)
            return cudaErrorInvalidValue;
        if (graph->generation == state().generation)
            --state().alive.graphs;
        delete graph;
        return cudaSuccess;
    });
}

// Launches under way keep the nodes.
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
    return releasingCall("cudaGraphExecDestroy", [&] {
        if (executables().erase(executable) == 0)
            return cudaErrorInvalidValue;
        if (executable->generation == state().generation)
            --state().alive.executableGraphs;
        delete executable;
        return cudaSuccess;
    });
}

// Takes any graph of the same shape; a device looks closer at what the nodes are.
cudaError_t cudaGraphExecUpdate(cudaGraphExec_t executable, cudaGraph_t graph, cudaGraphExecUpdateResultInfo* result) {
    return call("cudaGraphExecUpdate", [&] {
        if (!graphs().contains(graph) || !executables().contains(executable))
            return cudaErrorInvalidValue;
        const bool same = std::equal(graph->nodes->begin(), graph->nodes->end(), executable->nodes->begin(),
            executable->nodes->end(), [](const GraphNode& a, const GraphNode& b) { return a.after == b.after; });
        *result = {};
        if (!same) {
            result->result = cudaGraphExecUpdateErrorTopologyChanged;
            return cudaErrorGraphExecUpdateFailure;
        }
        executable->nodes = graph->nodes;
        return cudaSuccess;
    });
}

// Gives their number only: nodes have no handles here.
cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t* nodes, std::size_t* count) {
    return call("cudaGraphGetNodes", [&] {
        if (!graphs().contains(graph) || nodes)
            return cudaErrorInvalidValue;
        *count = graph->nodes->size();
        return cudaSuccess;
    });
}
