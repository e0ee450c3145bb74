// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/training_worker.h"

#include "base/thread_priority.h"

#include <QThread>

#include <new>
#include <utility>

namespace kernelscope {

void TrainingWorker::run() {
    stepBehind(Behind::Window); // the first of the threads that train; the others do so themselves
    try {
        auto result = std::make_shared<const RunResult>(Trainer(std::move(m_setup)).run(m_control, m_mailbox));
        m_mailbox.finish(std::move(result));
    } catch (const std::bad_alloc&) {
        m_mailbox.fail("Not enough memory for this network, data and batch size.");
    } catch (const std::exception& error) {
        m_mailbox.fail(error.what());
    } catch (...) {
        m_mailbox.fail("The training ended with an unknown error.");
    }
    thread()->quit();
}

} // namespace kernelscope
