// SPDX-License-Identifier: MIT
/*
 * The edge to JavaScript: plain numbers, strings and buffers go in and out; objects and errors are built in TypeScript, in the realm of the test.
 * Sessions are named by handles that are unique in the process, so that any copy of any thread's module can close its own.
 */
#include <napi.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

#include "session.h"

namespace spyscall {
namespace {

class Registry {
 public:
  uint32_t Add(std::shared_ptr<Session> session) {
    std::lock_guard lock(mutex_);
    uint32_t handle = ++last_;
    sessions_[handle] = std::move(session);
    return handle;
  }

  std::shared_ptr<Session> Find(uint32_t handle) {
    std::lock_guard lock(mutex_);
    auto found = sessions_.find(handle);
    return found == sessions_.end() ? nullptr : found->second;
  }

  void Remove(uint32_t handle) {
    std::shared_ptr<Session> last; /* destroyed, and so stopped, after the lock is given back */
    std::lock_guard lock(mutex_);
    auto found = sessions_.find(handle);
    if (found == sessions_.end()) return;
    last = std::move(found->second);
    sessions_.erase(found);
  }

 private:
  std::mutex mutex_;
  std::map<uint32_t, std::shared_ptr<Session>> sessions_;
  uint32_t last_ = 0;
};

/* Never destroyed: threads may still end while the process exits. */
Registry& Sessions() {
  static Registry* registry = new Registry;
  return *registry;
}

Napi::Value NewProgress(Napi::Env env, const Progress& progress) {
  Napi::Object out = Napi::Object::New(env);
  Napi::Array lost = Napi::Array::New(env, SPY_LOST_REASONS);
  for (uint32_t n = 0; n < SPY_LOST_REASONS; n++) lost.Set(n, static_cast<double>(progress.lost[n]));
  out.Set("chunks", static_cast<double>(progress.chunks));
  out.Set("lastChunkBytes", progress.last_chunk_bytes);
  out.Set("delivered", static_cast<double>(progress.delivered));
  out.Set("lost", lost);
  out.Set("missed", static_cast<double>(progress.missed));
  out.Set("spillLost", static_cast<double>(progress.spill_lost));
  out.Set("helperLost", progress.helper_lost);
  out.Set("stuck", progress.stuck);
  out.Set("vanished", static_cast<double>(progress.vanished));
  return out;
}

Napi::Value NewProblem(Napi::Env env, const Problem& problem) {
  Napi::Object out = Napi::Object::New(env);
  out.Set("errno", problem.error);
  out.Set("operation", problem.operation);
  out.Set("detail", problem.detail);
  return out;
}

class Addon : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env env, Napi::Object exports) {
    DefineAddon(exports, {
                             InstanceValue("recordAbi", Napi::Number::New(env, SPY_RECORD_ABI), napi_enumerable),
                             InstanceMethod("open", &Addon::Open, napi_enumerable),
                             InstanceMethod("control", &Addon::Control, napi_enumerable),
                             InstanceMethod("mark", &Addon::Mark, napi_enumerable),
                             InstanceMethod("scan", &Addon::Scan, napi_enumerable),
                             InstanceMethod("drain", &Addon::Drain, napi_enumerable),
                             InstanceMethod("stop", &Addon::Stop, napi_enumerable),
                             InstanceMethod("chunkBytes", &Addon::ChunkBytes, napi_enumerable),
                             InstanceMethod("read", &Addon::Read, napi_enumerable),
                             InstanceMethod("release", &Addon::Release, napi_enumerable),
                         });
    env.AddCleanupHook([this] { StopAll(); });
  }

 private:
  /* Sessions whose environment ends (worker terminated, process.exit) end with it. */
  void StopAll() {
    for (uint32_t handle : handles_) Sessions().Remove(handle);
    handles_.clear();
  }

  static std::shared_ptr<Session> At(const Napi::CallbackInfo& info) {
    return Sessions().Find(info[0].As<Napi::Number>().Uint32Value());
  }

  /* {helper, spillFolder, ringBytes, memoryBytes, groups, syscalls: Uint8Array} -> {handle, capabilities} or {errno, operation, detail} */
  Napi::Value Open(const Napi::CallbackInfo& info) {
    Napi::Object given = info[0].As<Napi::Object>();
    SessionOptions options;
    options.helper = given.Get("helper").As<Napi::String>();
    options.spill_folder = given.Get("spillFolder").As<Napi::String>();
    options.ring_bytes = given.Get("ringBytes").As<Napi::Number>().Int64Value();
    options.memory_bytes = given.Get("memoryBytes").As<Napi::Number>().Int64Value();
    options.groups = given.Get("groups").As<Napi::Number>().Uint32Value();
    Napi::Uint8Array syscalls = given.Get("syscalls").As<Napi::Uint8Array>();
    memcpy(options.syscalls, syscalls.Data(), std::min(sizeof(options.syscalls), syscalls.ByteLength()));
    Problem problem;
    std::shared_ptr<Session> session = Session::Open(options, &problem);
    if (!session) return NewProblem(info.Env(), problem);
    Napi::Object out = Napi::Object::New(info.Env());
    out.Set("capabilities", static_cast<double>(session->capabilities()));
    uint32_t handle = Sessions().Add(std::move(session));
    handles_.insert(handle);
    out.Set("handle", handle);
    return out;
  }

  /* (handle, operation, argument) */
  Napi::Value Control(const Napi::CallbackInfo& info) {
    if (auto session = At(info))
      session->Control(static_cast<spy_operation>(info[1].As<Napi::Number>().Uint32Value()),
                       info[2].As<Napi::Number>().Uint32Value());
    return info.Env().Undefined();
  }

  /* (handle, number): a mark of the user, kept in the log */
  Napi::Value Mark(const Napi::CallbackInfo& info) {
    if (auto session = At(info)) session->UserMark(info[1].As<Napi::Number>().Uint32Value());
    return info.Env().Undefined();
  }

  /* (handle, self) -> undefined or {errno, operation, detail} */
  Napi::Value Scan(const Napi::CallbackInfo& info) {
    auto session = At(info);
    if (!session) return info.Env().Undefined();
    Problem problem = session->Scan(info[1].As<Napi::Boolean>());
    return problem.error == 0 ? info.Env().Undefined() : NewProblem(info.Env(), problem);
  }

  /* (handle, missed) -> progress, or undefined when the handle was released */
  Napi::Value Drain(const Napi::CallbackInfo& info) {
    auto session = At(info);
    return session ? NewProgress(info.Env(), session->Drain(info[1].As<Napi::Boolean>())) : info.Env().Undefined();
  }

  /* (handle) -> progress, or undefined when the handle was released */
  Napi::Value Stop(const Napi::CallbackInfo& info) {
    auto session = At(info);
    return session ? NewProgress(info.Env(), session->Stop()) : info.Env().Undefined();
  }

  /* (handle, chunk) -> bytes of the chunk that are there now */
  Napi::Value ChunkBytes(const Napi::CallbackInfo& info) {
    auto session = At(info);
    return Napi::Number::New(info.Env(),
                             session ? session->log().ChunkBytes(info[1].As<Napi::Number>().Uint32Value()) : 0);
  }

  /* (handle, chunk, bytes) -> Buffer with the first `bytes` of the chunk, or undefined when they are lost */
  Napi::Value Read(const Napi::CallbackInfo& info) {
    auto session = At(info);
    if (!session) return info.Env().Undefined();
    uint32_t chunk = info[1].As<Napi::Number>().Uint32Value();
    uint32_t bytes = info[2].As<Napi::Number>().Uint32Value();
    /* Into the caller's memory where it gives some that is large enough. */
    Napi::Uint8Array out = info[3].IsTypedArray() ? info[3].As<Napi::Uint8Array>() : Napi::Uint8Array();
    if (out.IsEmpty() || out.ByteLength() < bytes) out = Napi::Buffer<uint8_t>::New(info.Env(), bytes);
    if (!session->log().Read(chunk, out.Data(), bytes)) return info.Env().Undefined();
    return out;
  }

  /* (handle): stops it and frees its log */
  Napi::Value Release(const Napi::CallbackInfo& info) {
    uint32_t handle = info[0].As<Napi::Number>().Uint32Value();
    handles_.erase(handle);
    Sessions().Remove(handle);
    return info.Env().Undefined();
  }

  std::set<uint32_t> handles_;
};

}  // namespace
}  // namespace spyscall

using SpyscallAddon = spyscall::Addon;
NODE_API_NAMED_ADDON(spyscall, SpyscallAddon)
